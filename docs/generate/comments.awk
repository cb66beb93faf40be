# SPDX-License-Identifier: Apache-2.0
#
# Takes a comment apart: split_comment() into blocks, inline() a block's text into code and words.
#
#     blocks           how many
#     type[b]          text, literal (code), term (of a list), param, return, bcc
#     term[b]          of a term or a parameter
#     body[b]          its text; of literals with line ends
#
# What is written of code and of words is said by code(text) and plain(text), functions of whoever uses this.

function new_block(what, name, text) {
	blocks++
	type[blocks] = what
	term[blocks] = name
	body[blocks] = text
}

# "As cbcc_poll(), for ring buffers alone. BCC: b.ring_buffer_poll(timeout)" ends in a block of its own.
function text_block(text,    at) {
	at = match(text, /(^|[.;] )BCC( \(C\+\+\))?: /)
	if (at > 1) {
		new_block("text", "", substr(text, 1, RSTART))
		text = substr(text, RSTART + 2)
	}
	if (text ~ /^BCC( \(C\+\+\))?: /) {
		sub(/^BCC: /, "", text)
		sub(/^BCC \(C\+\+\): /, "(C++) ", text)
		new_block("bcc", "", text)
	} else {
		new_block("text", "", text)
	}
}

function end_text() {
	if (running != "")
		text_block(running)
	running = ""
}

# A line of a list: a term, two blanks, what it means.
function list_line(line,    at) {
	sub(/^ +/, "", line)
	at = match(line, /   */)
	while (at && RLENGTH < 2)
		at = 0
	if (at)
		new_block("term", substr(line, 1, at - 1), substr(line, at + RLENGTH))
	else
		new_block("term", line, "")
}

function split_comment(text,    n, line, i, lines, after_blank, continued) {
	blocks = 0
	running = ""
	n = split(text, lines, "\n")
	after_blank = 1
	for (i = 1; i <= n; i++) {
		line = lines[i]
		continued = !after_blank && blocks && running == ""
		if (line == "") {
			end_text()
			after_blank = 1
			continue
		}
		if (line ~ /^@param /) {
			end_text()
			sub(/^@param +/, "", line)
			match(line, /^[^ ]+/)
			new_block("param", substr(line, 1, RLENGTH), substr(line, RLENGTH + 1))
			sub(/^ +/, "", body[blocks])
		} else if (line ~ /^@return /) {
			end_text()
			new_block("return", "", substr(line, 9))
		} else if (continued && line ~ /^  / && type[blocks] != "literal" &&
			   (type[blocks] != "term" || line ~ /^       /)) {
			sub(/^ +/, "", line)
			body[blocks] = body[blocks] (body[blocks] == "" ? "" : " ") line
		} else if (line ~ /^    / && running == "") {
			if (blocks && type[blocks] == "literal" && (continued || after_blank))
				body[blocks] = body[blocks] (after_blank ? "\n\n" : "\n") substr(line, 5)
			else
				new_block("literal", "", substr(line, 5))
		} else if (line ~ /^  / && running == "") {
			list_line(line)
		} else {
			running = running (running == "" ? "" : " ") line
		}
		after_blank = 0
	}
	end_text()
}

function is_code(word) {
	return word ~ /_/ || word ~ /^-?E[A-Z0-9][A-Z0-9][A-Z0-9]+$/ || word ~ /^[$#]/ || word ~ /^\/[a-z]/ ||
		word ~ /^<[a-z]/ || word ~ /^-+[A-Za-z]/ || word ~ /->|::|\[|\*/ || word ~ /^(NULL|PATH_MAX)$/ ||
		word ~ /^[a-z]+\.[a-z]+(\.[a-z]+)?$/ || word ~ /^[a-z]+=$/ || word ~ /^cbcc\/[a-z_]+\.h$/
}

# The text, with code marked.
function inline(text,    out, word, before, behind) {
	out = ""
	while (text != "") {
		if (match(text, /^"[^"]+"/) && RLENGTH < 60 || match(text, /^#include [<"][^>"]+[>"]/) ||
		    match(text, /^\([a-z0-9_]+\)[-*a-z0-9_]+/) ||
		    match(text, /^(struct|union|enum) [a-z0-9]+_[a-z0-9_]+( [a-z]+ = \{[^}]*\};)?/) ||
		    match(text, /^[A-Za-z_][A-Za-z0-9_.:>-]*(\[[^]]*\][A-Za-z0-9_.]*)?\([^()]*\)((\.|->)[a-z_]+(\([^()]*\))?)*/) ||
		    match(text, /^[a-z_]+\[[^]]*\](\.[a-z_]+|\[[^]]*\])*/)) {
			out = out code(substr(text, 1, RLENGTH))
		} else if (match(text, /^[^ ]+/)) {
			word = substr(text, 1, RLENGTH)
			before = behind = ""
			if (match(word, /^[(]+/)) {
				before = substr(word, 1, RLENGTH)
				out = out plain(before)
				text = substr(text, RLENGTH + 1)
				continue
			}
			if (match(word, /[]).,;:"'?!]+$/) && RSTART > 1 && word !~ /[[]/ && word !~ /\.\.\.$/) {
				behind = substr(word, RSTART)
				word = substr(word, 1, RSTART - 1)
			}
			out = out (is_code(word) ? code(word) : plain(word)) plain(behind)
			text = substr(text, length(word) + length(behind) + 1)
			continue
		} else {
			match(text, /^ +/)
			out = out " "
		}
		text = substr(text, RLENGTH + 1)
	}
	return out
}
