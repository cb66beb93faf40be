# SPDX-License-Identifier: Apache-2.0
# For CMake: Debian's cross compilers with a root of tests/vm/root. Wants CBCC_CROSS_ARCHITECTURE, by Debian's name, and
# CBCC_CROSS_ROOT, that root.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CBCC_CROSS_ARCHITECTURE CBCC_CROSS_ROOT)
set(machine_arm64 aarch64)
set(machine_s390x s390x)
set(machine ${machine_${CBCC_CROSS_ARCHITECTURE}})

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${machine})
set(CMAKE_LIBRARY_ARCHITECTURE ${machine}-linux-gnu)
set(CMAKE_SYSROOT ${CBCC_CROSS_ROOT})
set(CMAKE_C_COMPILER ${machine}-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER ${machine}-linux-gnu-g++)

# Programs are this machine's, all else is the root's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CBCC_CROSS_ROOT})
set(ENV{PKG_CONFIG_LIBDIR}
	${CBCC_CROSS_ROOT}/usr/lib/${machine}-linux-gnu/pkgconfig:${CBCC_CROSS_ROOT}/usr/share/pkgconfig)

set(CBCC_LLVM_PREFIX ${CBCC_CROSS_ROOT}/usr/lib/llvm-19 CACHE PATH "Where LLVM and clang are installed")
set(CBCC_LLVM_TOOLS /usr/lib/llvm-19/bin CACHE PATH "Where the programs of LLVM are that the build runs")
