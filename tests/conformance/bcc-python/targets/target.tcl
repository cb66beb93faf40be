# SPDX-License-Identifier: Apache-2.0
# Calls a procedure.
proc marker {value} {
	return [list $value]
}

while {1} {
	marker 1
	after 200
}
