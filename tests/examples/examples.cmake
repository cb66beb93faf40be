# SPDX-License-Identifier: Apache-2.0
add_executable(examples-target ${CMAKE_CURRENT_SOURCE_DIR}/examples/target.cc)
target_compile_options(examples-target PRIVATE -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls)
set_target_properties(examples-target PROPERTIES OUTPUT_NAME target
	RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/examples)

get_property(examples DIRECTORY ${PROJECT_SOURCE_DIR}/examples PROPERTY BUILDSYSTEM_TARGETS)
set(run_examples ${CMAKE_CURRENT_SOURCE_DIR}/examples/run ${PROJECT_BINARY_DIR}/examples $<TARGET_FILE:examples-target>)
foreach(example IN LISTS examples)
	add_test(NAME examples/${example} COMMAND ${run_examples} ${example})
	set_tests_properties(examples/${example} PROPERTIES SKIP_RETURN_CODE 77 LABELS examples TIMEOUT 300)
endforeach()
set_tests_properties(examples/hello PROPERTIES RESOURCE_LOCK trace_pipe)

# All of them on another kernel, in one boot.
if(NOT CBCC_SANITIZE)
	add_test(NAME vm-6.1/examples
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/vm/run 6.1 -- env CBCC_TEST_NO_SKIP=1 ${run_examples} ${examples})
	set_tests_properties(vm-6.1/examples PROPERTIES SKIP_RETURN_CODE 77 LABELS vm TIMEOUT 600)
endif()
