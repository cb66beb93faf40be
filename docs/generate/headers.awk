# SPDX-License-Identifier: Apache-2.0
#
# Reads the public headers, cbcc.h first, into arrays for what is written of them (markdown.awk, man.awk, check.awk):
#
#     headers, header[h], about[h]   how many; the name in #include; its first comment
#     items                          how many documented things there are, in the headers' order
#     kind[i]                        function, struct, enum, typedef, define
#     of[i]                          number of its header
#     names[i]                       its name; of functions under one comment all of their names, in order
#     comment[i]                     the comment's lines, without its stars
#     source[i]                      the declaration's lines
#     item[name]                     where a name is documented
#
# No more than POSIX awk is used.

# A line of a comment without what makes it one.
function uncomment(line) {
	sub(/^[ \t]*\/\*\*?<? ?/, "", line)
	sub(/ ?\*\/[ \t]*$/, "", line)
	sub(/^[ \t]*\* ?/, "", line)
	sub(/[ \t]+$/, "", line)
	return line
}

function append(text, line) {
	return text == "" ? line : text "\n" line
}

# The name that a declaration declares.
function name_of(text, what) {
	if (what == "function" && match(text, /cbcc_[a-z0-9_]+\(/))
		return substr(text, RSTART, RLENGTH - 1)
	if (what == "typedef" && match(text, /\(\*cbcc_[a-z0-9_]+\)/))
		return substr(text, RSTART + 2, RLENGTH - 3)
	if (match(text, /(struct|enum) cbcc[a-z0-9_]*/) || match(text, /CBCC_[A-Z0-9_]+/))
		return substr(text, RSTART, RLENGTH)
	return text
}

function kind_of(line) {
	if (line ~ /^CBCC_API/)
		return "function"
	if (line ~ /^(struct|enum|typedef)/)
		return line ~ /^struct/ ? "struct" : line ~ /^enum/ ? "enum" : "typedef"
	return line ~ /^#define/ ? "define" : ""
}

# Declared under the comment pending, or with the function in the line before it.
function finish(    what, name) {
	what = kind_of(declaration)
	name = name_of(declaration, what)
	if (what == "function" && pending == "" && joined) {
		names[items] = names[items] " " name
		source[items] = source[items] "\n" declaration
	} else if (pending != "" || what == "function") {
		items++
		kind[items] = what
		of[items] = headers
		names[items] = name
		comment[items] = pending
		source[items] = declaration
	}
	if (pending != "" || what == "function")
		item[name] = items
	joined = what == "function"
	pending = declaration = ""
	depth = 0
}

FNR == 1 {
	headers++
	header[headers] = FILENAME
	sub(/^.*include\//, "", header[headers])
	inside = pending = declaration = ""
	joined = 0
	next
}

# Within a comment of its own.
inside != "" {
	text = append(text, uncomment($0))
	if (!/\*\//)
		next
	sub(/\n+$/, "", text)
	if (inside == "file")
		about[headers] = text
	else
		pending = text
	inside = text = ""
	next
}

declaration == "" && /^\/\*/ && !/----/ {
	inside = /^\/\*\*/ ? "item" : "file"
	if (/\*\//) {
		if (inside == "item")
			pending = uncomment($0)
		else
			about[headers] = uncomment($0)
		inside = ""
	} else {
		text = uncomment($0)
	}
	next
}

declaration == "" && kind_of($0) == "" {
	joined = 0
	next
}

{
	declaration = append(declaration, $0)
	line = $0
	gsub(/\/\*.*\*\//, "", line)
	depth += gsub(/\{/, "", line) - gsub(/\}/, "", line)
	if (kind_of(declaration) == "define" || (depth == 0 && line ~ /;[ \t]*$/))
		finish()
}
