# SPDX-License-Identifier: Apache-2.0
# What an application finds: headers, libraries, pkg-config, find_package(cbcc).
include(CMakePackageConfigHelpers)

install(TARGETS cbcc cbcc_static EXPORT cbcc
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

# Relative, so that an installed tree may be moved.
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cbcc.pc.in cbcc.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cbcc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

install(EXPORT cbcc NAMESPACE cbcc:: FILE cbccTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cbcc
	COMPONENT development)
configure_package_config_file(cbccConfig.cmake.in cbccConfig.cmake
	INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cbcc)
write_basic_package_version_file(cbccConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cbccConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/cbccConfigVersion.cmake
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cbcc COMPONENT development)
