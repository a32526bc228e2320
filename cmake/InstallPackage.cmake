# The library for other projects: find_package(bootsim COMPONENTS testing) gives bootsim::bootsim, and bootsim::testing with
# matchers for GoogleTest. Headers lie in include/bootsim, so that they are included as here: "bootsim/run.h".
include(CMakePackageConfigHelpers)

add_library(bootsim_testing INTERFACE)
target_link_libraries(bootsim_testing INTERFACE bootsim_bootsim GTest::gmock)

set(package_targets bootsim_emu bootsim_devices bootsim_bios bootsim_debugger bootsim_bootsim bootsim_testing)
foreach(target ${package_targets})
  string(REPLACE "bootsim_" "" name ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
endforeach()
target_include_directories(bootsim_emu PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/bootsim>)
target_compile_features(bootsim_emu PUBLIC cxx_std_20)

install(TARGETS ${package_targets} EXPORT bootsim-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/bootsim)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/bootsim)
install(EXPORT bootsim-targets NAMESPACE bootsim:: DESTINATION ${package_dir})
foreach(layer emu devices bios debugger bootsim)
  install(DIRECTORY ${layer}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bootsim/${layer} FILES_MATCHING PATTERN "*.h"
          PATTERN "unicorn_kit" EXCLUDE PATTERN "commands" EXCLUDE PATTERN "install" EXCLUDE)
endforeach()
configure_package_config_file(cmake/bootsim-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/bootsim-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bootsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bootsim-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/bootsim-config-version.cmake DESTINATION ${package_dir})
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
