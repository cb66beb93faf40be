# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT: each of HEADERS, a path below FOLDER, as a C++ initialiser { "path", R"(text)" }.
set(text "")
foreach(header IN LISTS HEADERS)
	file(READ ${FOLDER}/${header} content)
	string(APPEND text "{\"${header}\", R\"cbcc(${content})cbcc\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
