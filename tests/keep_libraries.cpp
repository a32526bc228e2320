// Sanitizer builds only: libraries stay loaded to the end, so that a leak report can name the one that leaked
// (tests/lsan.supp).
extern "C" int dlclose(void* /*library*/) { return 0; }
