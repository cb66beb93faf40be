# SPDX-License-Identifier: Apache-2.0
# Manual pages are compressed in Debian's packages. CPack runs this when all is in place.
file(GLOB_RECURSE pages LIST_DIRECTORIES false ${CPACK_TEMPORARY_DIRECTORY}/*.[1-9])
list(FILTER pages INCLUDE REGEX "/share/man/man[1-9]/")
foreach(page IN LISTS pages)
	if(IS_SYMLINK ${page})
		file(READ_SYMLINK ${page} target)
		file(REMOVE ${page})
		file(CREATE_LINK ${target}.gz ${page}.gz SYMBOLIC)
	else()
		execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
	endif()
endforeach()
