# SPDX-License-Identifier: Apache-2.0
# Turns the sorted table into C++: texts, one a line, as a program's #define has them; for each, in the order of names,
# its place; and the conditions, each once.
BEGIN { FS = "\t" }

function version(text,    parts) {
	if (text == "-")
		return 0
	split(text, parts, ".")
	return parts[1] * 65536 + parts[2] * 256
}

{
	condition = "{" version($2) ", " version($3) ", \"" ($4 == "-" ? "" : $4) "\"},"
	if (!(condition in number)) {
		number[condition] = conditions + 0
		list[conditions++] = condition
	}
	entry[NR] = "{" offset + 0 ", " length($1) ", " number[condition] "},"
	offset += length($5) + 1
	text = $5
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	line[NR] = "\"" text "\\n\""
}

END {
	print "constexpr char texts[] ="
	for (i = 1; i <= NR; i++)
		print line[i]
	print ";\nconstexpr Entry entries[] = {"
	for (i = 1; i <= NR; i++)
		print entry[i]
	print "};\nconstexpr Condition conditions[] = {"
	for (i = 0; i < conditions; i++)
		print list[i]
	print "};"
}
