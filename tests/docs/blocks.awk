# SPDX-License-Identifier: Apache-2.0
#
# Writes every block of code in a Markdown document to a file of its own, folder/LINE.KIND, and one with the lines of each
# block that is left out, for its reason, to folder/left-out. KIND is the block's first word, what is behind it is put to it
# with a "-": a block that begins with "```c error" in line 12 becomes 0012.c-error. Complains of what is no such block.
#
#     awk -v folder=DIRECTORY -f blocks.awk DOCUMENT

function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

# Why the next block is neither compiled nor run.
!inside && /^ *<!-- not (compiled|run): .* -->$/ {
	reason = $0
	next
}

/^ *```/ && !inside {
	inside = 1
	indent = match($0, /`/) - 1
	kind = substr($0, indent + 4)
	gsub(/ +/, "-", kind)
	if (kind == "")
		complain("a block without a language (\"text\" is what is only shown)")
	file = sprintf("%s/%04d.%s", folder, FNR, kind == "" ? "none" : kind)
	if (reason != "") {
		printf "%d %s\n", FNR, reason >(folder "/left-out")
		file = "/dev/null"
	}
	printf "" >file
	reason = ""
	next
}

/^ *```$/ && inside {
	close(file)
	inside = 0
	empty = 0
	next
}

inside {
	print substr($0, indent + 1) >file
	next
}

# Code by four blanks has no language.
(/^    / || /^\t/) && empty && !list { complain("a block by indentation: between lines of ``` it can say what it is") }
/^ *([-*+]|[0-9]+\.) / { list = 1 }
/^[^ \t]/ && !/^([-*+]|[0-9]+\.) / { list = 0 }
{
	if (reason != "" && $0 != "")
		complain("no block follows the reason why one is left out")
	if ($0 != "")
		reason = ""
	empty = $0 == ""
}

END {
	if (inside)
		complain("the last block has no end")
	exit bad
}
