# SPDX-License-Identifier: Apache-2.0
# The tests of a build for another architecture: whole programs on kernels of it. Nothing of the build runs here.
get_property(native DIRECTORY PROPERTY TESTS)
if(native)
	set_tests_properties(${native} PROPERTIES DISABLED TRUE)
endif()

set(series_aarch64 6.12-arm64 6.1-arm64)
set(series_s390x 6.12-s390x)
# Of kernel/, what depends on the machine; the rest is about clang, threads and signals, and slow when emulated.
set(kernel_tests entries events hello kprobe load sec trace_printk tracepoint)

foreach(folder unit dialect tables)
	get_property(programs_${folder} GLOBAL PROPERTY test_programs_${folder})
endforeach()
list(TRANSFORM kernel_tests REPLACE "(.+)" "$<TARGET_FILE:test-kernel-\\1>" OUTPUT_VARIABLE programs_kernel)

foreach(series IN LISTS series_${CMAKE_SYSTEM_PROCESSOR})
	foreach(folder unit dialect tables kernel)
		add_test(NAME arch-${series}/${folder}
			COMMAND ${CMAKE_CURRENT_LIST_DIR}/suite ${series} ${programs_${folder}})
		set_tests_properties(arch-${series}/${folder} PROPERTIES
			SKIP_RETURN_CODE 77 LABELS arch TIMEOUT 6000 RUN_SERIAL TRUE)
	endforeach()
endforeach()
