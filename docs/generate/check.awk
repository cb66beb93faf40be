# SPDX-License-Identifier: Apache-2.0
#
# Complains of calls whose comments lack something: their meaning, the BCC call (or that there is none), what they return
# and their errors. "As cbcc_other()", or "The same", refers to another call's, or to that before it.

# What a comment, and those it refers to, say.
function said(i, depth,    text, other) {
	text = comment[i]
	if (depth < 4 && match(text, /(As|as) cbcc_[a-z_0-9]+\(/)) {
		other = substr(text, RSTART + 3, RLENGTH - 4)
		if (other in item)
			text = text "\n" said(item[other], depth + 1)
	} else if (depth < 4 && text ~ /^The same/ && i > 1) {
		text = text "\n" said(i - 1, depth + 1)
	}
	return text
}

function complain(what) {
	print names[i] " (" header[of[i]] "): " what
	bad++
}

END {
	for (i = 1; i <= items; i++) {
		if (kind[i] != "function")
			continue
		calls++
		if (comment[i] == "") {
			complain("there is no comment")
			continue
		}
		text = said(i, 0)
		if (text !~ /(^|[ (\n])BCC( \(C\+\+\))?: /)
			complain("no BCC call is named (\"BCC: none\" if there is none)")
		if (source[i] !~ /^CBCC_API (void|bool|enum|size_t|uint32_t|uint64_t) [^*]/ && text !~ /@return|errno|static string|-?E[A-Z0-9]+/)
			complain("nothing is said of what is returned, and of errors")
	}
	print calls " comments on calls, " bad + 0 " defects"
	exit bad != 0 || calls == 0
}
