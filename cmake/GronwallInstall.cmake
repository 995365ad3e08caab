# `cmake --install`: the library, its headers, and the package files for find_package(Gronwall). The programs install
# themselves in their own folders.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Gronwall)

install(TARGETS gronwall EXPORT GronwallTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/gronwall TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(EXPORT GronwallTargets NAMESPACE Gronwall:: DESTINATION ${package_folder})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/GronwallConfig.cmake.in
  ${PROJECT_BINARY_DIR}/GronwallConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/GronwallConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/GronwallConfig.cmake
  ${PROJECT_BINARY_DIR}/GronwallConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/GronwallDependencies.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindMPFR.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindFlintArb.cmake
  DESTINATION ${package_folder})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
