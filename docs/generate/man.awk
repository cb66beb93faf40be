# SPDX-License-Identifier: Apache-2.0
#
# The reference as manual pages of section 3, in directory: one for each comment on functions, with links for the other names
# under it, one for each header, and cbcc(3). version and date stand at their feet.

function code(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	return "\\fB" text "\\fP"
}

function plain(text) {
	gsub(/\\/, "\\e", text)
	if (text ~ /^-[0-9]/)
		sub(/-/, "\\-", text)
	return text
}

function put(line) {
	print (line ~ /^[.']/ ? "\\&" line : line) >page
}

# A text in lines that are not too long.
function wrapped(text,    n, words, i, line) {
	n = split(text, words, " ")
	line = words[1]
	for (i = 2; i <= n; i++) {
		if (length(line) + length(words[i]) + 1 > 78) {
			put(line)
			line = words[i]
		} else {
			line = line " " words[i]
		}
	}
	put(line)
}

# Lines as they are; those too wide for a terminal are those of the source.
function literal(text,    n, lines, i) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/\t/, "    ", text)
	paragraph()
	print ".nf" >page
	n = split(text, lines, "\n")
	for (i = 1; i <= n; i++)
		put(lines[i])
	print ".fi" >page
}

function begin_page(name, purpose) {
	page = directory "/" name ".3"
	printf ".TH %s 3 \"%s\" \"cbcc %s\" \"Library Functions Manual\"\n", toupper(name), date, version >page
	print ".SH NAME" >page
}

function section(name) {
	print ".SH " name >page
	fresh = 1
}

# What follows begins a paragraph, as it does by itself at the beginning of a section.
function paragraph() {
	if (!fresh)
		print ".PP" >page
	fresh = 0
}

function show_block(b,    name) {
	if (type[b] == "literal") {
		literal(body[b])
	} else if (type[b] == "param" || type[b] == "term") {
		print ".TP" >page
		put(type[b] == "param" || !is_word(term[b]) ? code(term[b]) : "\\fI" term[b] "\\fP")
		if (body[b] != "")
			wrapped(inline(body[b]))
		else
			put("\\&")
	} else {
		paragraph()
		wrapped(inline(type[b] == "return" ? no_period(body[b]) "." : body[b]))
	}
	fresh = 0
}

function show_blocks(what,    b) {
	for (b = 1; b <= blocks; b++)
		if (index(what, type[b]))
			show_block(b)
}

function has(what,    b) {
	for (b = 1; b <= blocks; b++)
		if (type[b] == what)
			return 1
	return 0
}

# The beginning of a comment, up to the end of its first sentence, in one line.
function purpose(text,    at) {
	gsub(/\n/, " ", text)
	sub(/ *@(param|return) .*/, "", text)
	at = match(text, /[.:;] |\.$|:$/)
	if (at)
		text = substr(text, 1, at - 1)
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	return small(text)
}

# What a page says of a struct, an enum or a callback.
function show_type(i) {
	split_comment(comment[i])
	show_blocks("text literal term")
	literal(plain_comments(source[i]))
	show_blocks("param return")
}

# The types that are named in a text, each once.
function show_types(text,    i, name) {
	for (i = 1; i <= items; i++) {
		name = names[i]
		if (kind[i] == "function" || source[i] !~ /[{(]/ || (name in shown_types) || (" " text " ") !~ (name "[^a-z_]"))
			continue
		if (types_shown++ == 0)
			section("TYPES")
		shown_types[name]
		show_type(i)
		show_types(source[i])
	}
}

# Pages of the calls that a comment names, in the order in which it does.
function see_also(i, text,    list, name, seen) {
	list = ".BR cbcc (3),\n.BR " header_page[of[i]] " (3)"
	split("", seen)
	if (header_page[of[i]] == "cbcc")
		list = ".BR cbcc (3)"
	while (match(text, /cbcc_[a-z0-9_]+\(/)) {
		name = substr(text, RSTART, RLENGTH - 1)
		text = substr(text, RSTART + RLENGTH)
		if ((name in item) && item[name] != i && !(name in seen))
			list = list ",\n.BR " name " (3)"
		seen[name]
	}
	section("SEE ALSO")
	print list >page
}

function links(to, from,    n, parts, j) {
	n = split(from, parts, " ")
	for (j = 1; j <= n; j++) {
		if (parts[j] != to && !(parts[j] in pages)) {
			print ".so man3/" to ".3" >(directory "/" parts[j] ".3")
			close(directory "/" parts[j] ".3")
		}
	}
}

function function_page(i,    n, parts, j, list) {
	n = split(names[i], parts, " ")
	for (j = 1; j <= n; j++)
		list = list (j > 1 ? ", " : "") parts[j]
	begin_page(parts[1])
	wrapped(list " \\- " purpose(comment[i]))
	section("SYNOPSIS")
	print ".nf\n.B #include <cbcc.h>\n.PP" >page
	n = split(prototypes(source[i], 76), parts, "\n")
	for (j = 1; j <= n; j++) {
		gsub(/-/, "\\-", parts[j])
		print "\\fB" parts[j] "\\fP" >page
	}
	print ".fi" >page
	split_comment(comment[i])
	section("DESCRIPTION")
	show_blocks("text literal term")
	show_blocks("param")
	if (has("return")) {
		section("RETURN VALUE")
			show_blocks("return")
	}
	if (has("bcc")) {
		section("BCC")
			show_blocks("bcc")
	}
	split("", shown_types)
	types_shown = 0
	show_types(source[i] " " comment[i])
	see_also(i, comment[i])
	close(page)
	links(names_first(i), names[i])
}

function names_first(i,    parts) {
	split(names[i], parts, " ")
	return parts[1]
}

# What a header has, each call with its purpose.
function calls_of(h,    i, n, parts, j) {
	for (i = 1; i <= items; i++) {
		if (of[i] != h || kind[i] != "function")
			continue
		print ".TP" >page
		n = split(names[i], parts, " ")
		for (j = 1; j <= n; j++)
			print ".BR " parts[j] " (3)" (j < n ? "," : "") >page
		wrapped(large(purpose(comment[i])) ".")
	}
}

function types_of(h,    i, any) {
	for (i = 1; i <= items; i++) {
		if (of[i] != h || kind[i] == "function" || source[i] !~ /[{(]/)
			continue
		if (!any++)
			section("TYPES")
		show_type(i)
	}
}

function types_links(h,    i, name) {
	for (i = 1; i <= items; i++) {
		name = names[i]
		if (of[i] == h && sub(/^(struct|enum) /, "", name) + (name ~ /_fn$/))
			links(header_page[h], name)
	}
}

function header_page_of(h,    name) {
	begin_page(header_page[h])
	name = subject(h)
	gsub(/-/, "\\-", name)
	wrapped(header_page[h] " \\- " small(name))
	section("SYNOPSIS")
	print ".nf\n.B #include <cbcc.h>\n.fi" >page
	section("DESCRIPTION")
	split_comment(introduction(h))
	if (blocks)
		show_blocks("text literal term")
	else
		wrapped("A part of \\fBcbcc.h\\fP.")
	section("CALLS")
	calls_of(h)
	types_of(h)
	section("SEE ALSO")
	print ".BR cbcc (3)" >page
	close(page)
}

function put_table(name, text) {
	print ".TP\n.B " name >page
	wrapped(text)
}

function overview(    h) {
	begin_page("cbcc")
	print "cbcc \\- " small(subject(1)) >page
	section("SYNOPSIS")
	print ".nf\n.B #include <cbcc.h>\n.PP" >page
	print ".B cc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs cbcc)\n.fi" >page
	section("DESCRIPTION")
	split_comment(introduction(1))
	show_blocks("text literal term")
	section("CALLS")
	calls_of(1)
	section("PARTS")
	for (h = 2; h <= headers; h++) {
		if (header_page[h] == "cbcc")
			continue
		print ".TP\n.BR " header_page[h] " (3)" >page
		wrapped(large(subject(h)) ".")
	}
	section("ENVIRONMENT")
	put_table("CBCC_CACHE", "Directory of the compile cache, if the application names none.")
	put_table("CBCC_COMPILER", "The compiler module's file, if it is not beside the library.")
	put_table("CBCC_COMPILE_TIME", "Seconds of processor time that a compile may take; 60 if it is not set.")
	put_table("BCC_KERNEL_SOURCE\\fR, \\fPBCC_KERNEL_MODULES_SUFFIX", \
		"Where the kernel's headers are, for applications that ask for these.")
	put_table("BCC_SYMFS\\fR, \\fPBCC_DEBUGINFO_ROOT", "Where files with debug symbols are.")
	types_of(1)
	section("SEE ALSO")
	print ".BR bpf (2),\n.BR bpf\\-helpers (7)" >page
	close(page)
}

END {
	for (h = 1; h <= headers; h++) {
		header_page[h] = header[h]
		sub(/\.h$/, "", header_page[h])
		sub(/\//, "_", header_page[h])
		if (header_page[h] == "cbcc_base")
			header_page[h] = "cbcc"
		pages[header_page[h]]
	}
	for (i = 1; i <= items; i++)
		if (kind[i] == "function")
			pages[names_first(i)]
	overview()
	for (h = 2; h <= headers; h++)
		if (header_page[h] != "cbcc")
			header_page_of(h)
	for (h = 1; h <= headers; h++)
		types_links(h)
	for (i = 1; i <= items; i++)
		if (kind[i] == "function")
			function_page(i)
}
