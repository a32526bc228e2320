// Keeps a layer without sources buildable.
