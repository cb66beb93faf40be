# SPDX-License-Identifier: Apache-2.0
# Reads preprocessed text with its directives (cc -E -dD) and prints "- - - NAME text" for the constants among the macros
# that Linux's own headers define, not those of the C library that they include: names in capitals, and text made of
# literals, operators, casts to integers and other such constants.
BEGIN {
	n = split("char short int long unsigned signed __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64", types, " ")
	for (i = 1; i <= n; i++)
		type[types[i]] = 1
}

/^# [0-9]+ "/ { ours = $3 ~ /\/(linux|asm|asm-generic|rdma|mtd|drm|misc|video|xen)\// }
/^#undef / { delete constant[$2] }

ours && /^#define (_*[A-Z][A-Z0-9_]*|__NR_[a-z0-9_]+) [^ ]/ {
	name = $2
	text = $0; sub(/^#define [^ ]+ /, "", text)
	if (text !~ /[]["{};,#=\\]/)
		constant[name] = text
}

# Whether all words of a constant's text are known, and there is one that has a value.
function is_constant(name,    rest, word, valued) {
	rest = constant[name]
	valued = gsub(/'[^']'/, " ", rest)
	while (match(rest, /[A-Za-z0-9_.]+/)) {
		word = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (word in type)
			continue
		if (word !~ /^[0-9]/ && !(word in constant))
			return 0
		valued = 1
	}
	return valued
}

# What starts with an underscore is only printed as part of others.
function print_with_parts(name,    rest, word) {
	if (printed[name]++ || name ~ /__$/) # the compiler's own
		return
	print "- - -", name, constant[name]
	found++
	rest = constant[name]
	while (match(rest, /[A-Za-z0-9_.]+/)) {
		word = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (word in constant)
			print_with_parts(word)
	}
}

END {
	do {
		changed = 0
		for (name in constant)
			if (!is_constant(name)) {
				delete constant[name]
				changed = 1
			}
	} while (changed)
	for (name in constant)
		if (name ~ /^[A-Z]|^__NR_/)
			print_with_parts(name)
	if (!found) {
		print "no constant found in the headers of Linux" > "/dev/stderr"
		exit 1
	}
}
