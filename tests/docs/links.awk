# SPDX-License-Identifier: Apache-2.0
# Prints "LINE TARGET" for every link and picture of a Markdown document that is not in code.
/^ *```/ { inside = !inside; next }
inside { next }
{
	gsub(/`[^`]*`/, "")
	while (match($0, /\]\([^ )]+\)|src="[^"]+"/)) {
		target = substr($0, RSTART, RLENGTH)
		$0 = substr($0, RSTART + RLENGTH)
		sub(/^\]\(|^src="/, "", target)
		sub(/\)$|"$/, "", target)
		print FNR, target
	}
}
