# SPDX-License-Identifier: Apache-2.0
# Joins kernel.def and the list of uapi.awk, in this order: NAME SINCE UNTIL MACHINE TEXT, separated by tabs, to be
# sorted. A name of the first file is not taken from the second.
FNR == 1 { file++ }
/^#/ || NF == 0 { next }
{
	name = $4; sub(/\(.*/, "", name)
	if (file == 1)
		mine[name] = 1
	else if (name in mine)
		next
	text = $0; sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", text)
	printf "%s\t%s\t%s\t%s\t%s\n", name, $1, $2, $3, text
}
