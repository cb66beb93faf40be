# SPDX-License-Identifier: Apache-2.0
# Turns libbpf's bpf_helper_defs.h into lines of struct Helper (helpers.h), one for each BPF helper:
#   static RETURNS (*NAME)(PARAMETERS) = (void *) ID;     since libbpf 1.4: (* const NAME)
# Parameter names are dropped; sizes are of 64 bits where BCC declares them so, and a bound that the text tests on such a
# size would be lost to the verifier when it is cut; a pointer to a struct becomes a plain pointer, since programs pass structs of their own.
BEGIN {
	n = split("bpf_probe_read bpf_probe_read_str bpf_csum_diff bpf_skb_store_bytes", names, " ")
	for (i = 1; i <= n; i++)
		has_wide_sizes[names[i]] = 1
}

/^static .*\(\* *(const )?bpf_[a-z0-9_]+\)\(.*\) = \(void \*\) ?[0-9]+;/ {
	returns = $0; sub(/^static /, "", returns); sub(/ *\(\* *(const )?bpf_.*/, "", returns)
	sub(/^__bpf_fastcall /, "", returns)
	name = $0; sub(/^[^(]*\(\* *(const )?/, "", name); sub(/\).*/, "", name)
	id = $0; sub(/.*\(void \*\) ?/, "", id); sub(/;.*/, "", id)
	parameters = $0; sub(/^[^(]*\([^)]*\)\(/, "", parameters); sub(/\) = .*/, "", parameters)
	n = split(parameters, p, /, */); list = ""
	for (i = 1; i <= n; i++) {
		t = p[i]
		if (t == "void") continue
		if (t != "...") sub(/[a-zA-Z0-9_]+$/, "", t)
		sub(/ +$/, "", t)
		sub(/struct [a-z0-9_]+ \*/, "void *", t)
		if (name in has_wide_sizes) sub(/^__u32$/, "__u64", t)
		list = list (list == "" ? "" : ",") t
	}
	printf "{\"%s\", %d, \"%s\", \"%s\"},\n", name, id, returns, list
	found++
}

END {
	if (!found) {
		print "no helper found" > "/dev/stderr"
		exit 1
	}
}
