# SPDX-License-Identifier: Apache-2.0
# Prints "- - MACHINE NAME(parameters) text" for each macro of the dialect's headers, as the table wants it. Its input:
# the headers, for the names; then what the preprocessor makes of them (cc -E -dM) where system call functions are
# called directly, then where they have a wrapper. What is the same in both has MACHINE "-".
function bare(name) {
	sub(/\(.*/, "", name)
	return name
}

function definition() {
	sub(/^#define /, "")
	return $0
}

FNR == 1 { file++ }
file <= ARGC - 3 {
	if ($1 == "#define")
		mine[bare($2)]
	next
}
$1 != "#define" || !(bare($2) in mine) { next }
# The name comes first: awks differ in whether an assignment's left side is evaluated before its right one.
{ name = bare($2); text = definition() }
file == ARGC - 2 { direct[name] = text; next }
{ wrapped[name] = text }

END {
	for (name in mine) {
		if (direct[name] == wrapped[name]) {
			if (direct[name] != "")
				print "- - -", direct[name]
			continue
		}
		if (direct[name] != "")
			print "- - direct", direct[name]
		if (wrapped[name] != "")
			print "- - wrapped", wrapped[name]
	}
}
