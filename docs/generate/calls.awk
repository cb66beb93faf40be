# SPDX-License-Identifier: Apache-2.0
# The names of all calls, one a line.
END {
	for (i = 1; i <= items; i++) {
		if (kind[i] != "function")
			continue
		gsub(/ /, "\n", names[i])
		print names[i]
	}
}
