# SPDX-License-Identifier: Apache-2.0
# Sets CBCC_LLVM_STATIC_LIBRARIES: clang's front end, and LLVM with the BPF target only.
find_program(LLVM_CONFIG llvm-config PATHS ${CBCC_LLVM_TOOLS} NO_DEFAULT_PATH REQUIRED)
execute_process(COMMAND ${LLVM_CONFIG} --link-static --libnames bpfcodegen bpfinfo bpfdesc bpfasmparser bpfdisassembler debuginfobtf passes option frontendopenmp frontendhlsl coverage
	OUTPUT_VARIABLE llvm OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(llvm)
list(TRANSFORM llvm PREPEND ${CBCC_LLVM_PREFIX}/lib/)
set(clang
	clangCodeGen clangFrontend clangDriver clangSerialization clangParse clangSema clangAnalysis clangEdit
	clangASTMatchers clangAST clangLex clangBasic clangSupport clangAPINotes)
list(TRANSFORM clang REPLACE "(.+)" "${CBCC_LLVM_PREFIX}/lib/lib\\1.a")
set(CBCC_LLVM_STATIC_LIBRARIES ${clang} ${llvm} z zstd ${CMAKE_DL_LIBS} m)
