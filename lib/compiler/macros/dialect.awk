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
file == ARGC - 2 { direct[bare($2)] = definition(); next }
{ wrapped[bare($2)] = definition() }

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
