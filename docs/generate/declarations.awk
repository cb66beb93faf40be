# SPDX-License-Identifier: Apache-2.0
# Declarations, and what headers are about, as pages show them.

# A function's in lines of up to width characters, without what is for the compiler.
function folded(declaration, width,    out, line, n, parts, i) {
	gsub(/[ \t\n]+/, " ", declaration)
	sub(/^CBCC_API /, "", declaration)
	n = split(declaration, parts, ", ")
	line = parts[1]
	out = ""
	for (i = 2; i <= n; i++) {
		if (length(line) + length(parts[i]) + 3 > width) {
			out = out line ",\n"
			line = "        " parts[i]
		} else {
			line = line ", " parts[i]
		}
	}
	return out line
}

# All of a group of functions, each with the remark behind it.
function prototypes(text, width,    n, lines, i, out, one, remark) {
	n = split(text, lines, "\n")
	out = one = ""
	for (i = 1; i <= n; i++) {
		one = one (one == "" ? "" : " ") lines[i]
		if (lines[i] !~ /;/)
			continue
		match(one, /;.*$/)
		remark = substr(one, RSTART + 1)
		one = substr(one, 1, RSTART)
		gsub(/[ \t]+/, " ", remark)
		out = append(out, folded(one, width) plain_comments(remark))
		one = ""
	}
	return out
}

# A comment for documentation is one as any other to who reads it.
function plain_comments(text) {
	gsub(/\/\*\*<?/, "/*", text)
	return text
}

function no_period(text) {
	sub(/\.$/, "", text)
	return text
}

# A name in small letters keeps what is no word: "USDT probes".
function small(text) {
	return text ~ /^[A-Z][a-z ]/ ? tolower(substr(text, 1, 1)) substr(text, 2) : text
}

function large(text) {
	return toupper(substr(text, 1, 1)) substr(text, 2)
}

# "cbcc: what it is. A part of cbcc.h." says what a header is about.
function subject(h,    text) {
	text = about[h]
	sub(/^cbcc: /, "", text)
	gsub(/\n/, " ", text)
	sub(/\. .*/, "", text)
	return no_period(text)
}

# What else is said of it.
function introduction(h,    text) {
	text = about[h]
	if (text ~ /A part of[ \n]cbcc\.h\./)
		sub(/^.*A part of[ \n]cbcc\.h\. *\n*/, "", text)
	else if (!sub(/^[^\n]*\n/, "", text))
		text = ""
	return text
}

# Whether a line of a list has a word for its term, or a name.
function is_word(text) {
	return text ~ /^[A-Z][a-z]+$/
}
