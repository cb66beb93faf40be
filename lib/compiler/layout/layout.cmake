# SPDX-License-Identifier: Apache-2.0
# Puts the functions that a compile runs next to each other. They are a seventh of the module's code and would be all
# over it: a process would map all pages to use a part of each. The module is linked twice, the second time in the
# order found by running the first.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBELF REQUIRED IMPORTED_TARGET libelf)

add_executable(executed-functions layout/executed_functions.c)
target_include_directories(executed-functions PRIVATE .. ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(executed-functions PRIVATE cbcc_flags PkgConfig::LIBELF ${CMAKE_DL_LIBS})

add_compiler_module(cbcc_compiler_unordered)
target_link_options(cbcc_compiler_unordered PRIVATE -Wl,--strip-debug)

set(order ${CMAKE_CURRENT_BINARY_DIR}/executed-functions.txt)
set(texts ${CMAKE_CURRENT_SOURCE_DIR}/layout/hello.c ${CMAKE_CURRENT_SOURCE_DIR}/layout/tracer.c)
add_custom_command(
	OUTPUT ${order}
	COMMAND executed-functions $<TARGET_FILE:cbcc_compiler_unordered> ${order} ${texts}
	DEPENDS executed-functions cbcc_compiler_unordered ${texts}
	VERBATIM)
add_custom_target(cbcc_compiler_order DEPENDS ${order})
add_dependencies(cbcc_compiler cbcc_compiler_order)

# (One name can stand for several static functions.)
target_link_options(cbcc_compiler PRIVATE -Wl,--symbol-ordering-file=${order} -Wl,--no-warn-symbol-ordering)
set_property(TARGET cbcc_compiler APPEND PROPERTY LINK_DEPENDS ${order})
