# Our own code compiles without warnings under GCC 12 and Clang 14; sanitizers reach our code and the libraries' heap use.
add_library(bootsim_warnings INTERFACE)
target_compile_options(bootsim_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(BOOTSIM_SANITIZE)
  add_compile_options(-fsanitize=${BOOTSIM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BOOTSIM_SANITIZE})
endif()
# Fuzzers are guided by coverage of the code under test, not of their own few lines.
if(BOOTSIM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
