# SPDX-License-Identifier: Apache-2.0
# The reference as one Markdown document.

function anchor(heading) {
	gsub(/[^A-Za-z0-9_ -]/, "", heading)
	gsub(/ /, "-", heading)
	return tolower(heading)
}

# The heading under which something stands: functions of one comment under the first one's.
function heading(i,    parts) {
	split(names[i], parts, " ")
	return kind[i] == "function" ? parts[1] : names[i]
}

function link(text, name) {
	return "[`" text "`](#" anchor(heading(item[name])) ")"
}

# Names that are documented become links, but not where they are.
function code(text,    name) {
	if (text in header_names)
		return "[`" text "`](#" anchor(text) ")"
	name = text
	sub(/ [a-z]+ = .*|[(.\[].*/, "", name)
	if (!(name in item) && (("struct " name) in item) && text ~ /\./)
		name = "struct " name
	if ((name in item) && item[name] != current && (kind[item[name]] != "function" || text ~ /\(/))
		return link(text, name)
	return "`" text "`"
}

function plain(text) {
	gsub(/\*/, "\\*", text)
	gsub(/</, "\\&lt;", text)
	gsub(/\[/, "\\[", text)
	return text
}

# What is longer than a line goes on in the next.
function wrapped(text, indent,    n, words, i, line) {
	n = split(text, words, " ")
	line = words[1]
	for (i = 2; i <= n; i++) {
		if (length(line) + length(words[i]) + 1 > 118) {
			print line
			line = indent words[i]
		} else {
			line = line " " words[i]
		}
	}
	print line
}

function fence(text, language) {
	print "```" language
	print text
	print "```\n"
}

function show_block(b,    name) {
	if (type[b] == "literal") {
		print "<!-- not compiled: a part of a program -->"
		fence(body[b], "c")
		return
	}
	if (type[b] == "param" || type[b] == "term") {
		name = is_word(term[b]) ? "**" term[b] "**" : "`" term[b] "`"
		wrapped("- " name (body[b] == "" ? "" : ": " inline(body[b])), "  ")
		if (b < blocks && type[b + 1] == type[b])
			return
	} else {
		wrapped((type[b] == "return" ? "Returns " : type[b] == "bcc" ? "BCC: " : "") \
			inline(type[b] == "return" ? no_period(body[b]) "." : body[b]), "")
	}
	print ""
}

# What is BCC's comes last.
function show_comment(text,    b) {
	split_comment(text)
	for (b = 1; b <= blocks; b++)
		if (type[b] != "bcc")
			show_block(b)
	for (b = 1; b <= blocks; b++)
		if (type[b] == "bcc")
			show_block(b)
}

function show_item(i) {
	current = i
	print "### " heading(i) "\n"
	if (kind[i] == "function") {
		fence(prototypes(source[i], 100), "c declaration")
	} else {
		print "<!-- not compiled: as the header has it -->"
		fence(plain_comments(source[i]), "c")
	}
	show_comment(comment[i])
	current = 0
}

function show_header(h,    i, j, n, parts, line) {
	print "## " header[h] "\n"
	wrapped(inline(large(subject(h))) ".", "")
	print ""
	show_comment(introduction(h))
	for (i = 1; i <= items; i++) {
		n = of[i] == h && kind[i] == "function" ? split(names[i], parts, " ") : 0
		for (j = 1; j <= n; j++)
			line = line (line == "" ? "" : ", ") link(parts[j], parts[j])
	}
	if (line != "") {
		wrapped("Calls: " line ".", "")
		print ""
	}
	for (i = 1; i <= items; i++)
		if (of[i] == h)
			show_item(i)
}

END {
	for (h = 1; h <= headers; h++)
		header_names[header[h]]
	print "# Reference of the library\n"
	print "Every call, struct and constant of `<cbcc.h>`. This page is made by `docs/generate/reference` of the headers'"
	print "comments, as are the manual pages: `man 3 cbcc`, `man cbcc_new`. What program texts may say is in"
	print "[dialect.md](dialect.md).\n"
	for (h = 1; h <= headers; h++)
		wrapped("- [`" header[h] "`](#" anchor(header[h]) "): " inline(small(subject(h))), "  ")
	print ""
	for (h = 1; h <= headers; h++)
		show_header(h)
}
