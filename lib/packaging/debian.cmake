# SPDX-License-Identifier: Apache-2.0
# Debian packages, by "cpack -G DEB" in the build folder: the parts (components) that install() names become libcbcc0,
# libcbcc-dev and cbcc. docs/packaging.md tells more.
set(CPACK_PACKAGE_NAME cbcc)
set(CPACK_PACKAGE_VENDOR "The cbcc developers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/lib/packaging/compress_manual.cmake)
set(CPACK_COMPONENTS_ALL library development command)
set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY OFF)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The cbcc developers <maintainers@cbcc.invalid>" CACHE STRING "Maintainer of the packages")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(so ${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libcbcc${so})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/lib/packaging/triggers)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "library that compiles eBPF C at run time
An application hands cbcc an eBPF program as C text; cbcc compiles it
in-process, loads it into the kernel, attaches it and reads its output. It
speaks the C dialect of BCC, and libbpf's, and needs no kernel headers.
.
This package has the shared library and its compiler, a module with LLVM
inside.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcbcc-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libcbcc${so} (= ${PROJECT_VERSION}), libbpf-dev (>= 1:1.1), libelf-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "pkgconf, cmake")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "library that compiles eBPF C at run time (development files)
An application hands cbcc an eBPF program as C text; cbcc compiles it
in-process, loads it into the kernel, attaches it and reads its output.
.
This package has the headers, the static library, files for pkg-config and
CMake, and the manual pages of section 3.")

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME cbcc)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libcbcc${so} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_COMMAND_DESCRIPTION "tracer that runs eBPF C files, with a set of them
The command cbcc compiles an eBPF program in C, attaches it, and shows what it
submits and counts: no front end to write, nothing to build. Programs for
everyday questions come with it: execsnoop, opensnoop, biolatency, runqlat,
tcpconnect, offcputime and more.")

# What Debian wants to find in every package.
execute_process(COMMAND gzip -9n OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz
	INPUT_FILE ${PROJECT_SOURCE_DIR}/lib/packaging/changelog)
set(packages libcbcc${so} libcbcc-dev cbcc)
foreach(part package IN ZIP_LISTS CPACK_COMPONENTS_ALL packages)
	install(FILES ${PROJECT_SOURCE_DIR}/lib/packaging/copyright ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz
		DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${part} EXCLUDE_FROM_ALL)
endforeach()

include(CPack)
