/* SPDX-License-Identifier: Apache-2.0 */
/* What is there before a text begins: headers, macros, the names of all helpers. */
#include "run.h"

#include <stdlib.h>

#include <linux/bpf.h>

#include "handle.h"
#include "loader/program.h"

/* Headers that the programs of BCC's tools, examples and tests include. */
static const char *const headers[] = {
	"uapi/linux/ptrace.h",
	"uapi/linux/bpf.h",
	"uapi/linux/limits.h",
	"uapi/linux/ip.h",
	"uapi/linux/bpf_perf_event.h",
	"uapi/linux/pkt_cls.h",
	"uapi/linux/if_ether.h",
	"uapi/linux/udp.h",
	"uapi/linux/openat2.h",
	"uapi/linux/in.h",
	"uapi/linux/tcp.h",
	"uapi/linux/perf_event.h",
	"uapi/linux/ipv6.h",
	"uapi/linux/in6.h",
	"uapi/linux/if_packet.h",
	"uapi/linux/fs.h",
	"linux/sched.h",
	"linux/fs.h",
	"linux/ptrace.h",
	"linux/blk-mq.h",
	"linux/blkdev.h",
	"linux/tcp.h",
	"linux/dcache.h",
	"linux/if_ether.h",
	"linux/netdevice.h",
	"linux/in.h",
	"linux/time64.h",
	"linux/perf_event.h",
	"linux/nsproxy.h",
	"linux/mount.h",
	"linux/mmzone.h",
	"linux/mm_types.h",
	"linux/mm.h",
	"linux/ipv6.h",
	"linux/ip.h",
	"linux/interrupt.h",
	"linux/if_packet.h",
	"linux/blk_types.h",
	"linux/socket.h",
	"linux/skbuff.h",
	"linux/pid_namespace.h",
	"linux/oom.h",
	"linux/net.h",
	"linux/irqdesc.h",
	"linux/irq.h",
	"linux/if_vlan.h",
	"linux/compaction.h",
	"linux/bpf.h",
	"linux/workqueue.h",
	"linux/virtio.h",
	"linux/version.h",
	"linux/uio.h",
	"linux/uaccess.h",
	"linux/topology.h",
	"linux/string.h",
	"linux/slub_def.h",
	"linux/slab_def.h",
	"linux/security.h",
	"linux/ns_common.h",
	"linux/nfs_fs.h",
	"linux/netfilter.h",
	"linux/module.h",
	"linux/magic.h",
	"linux/kasan.h",
	"linux/init_task.h",
	"linux/gfp.h",
	"linux/fs_struct.h",
	"linux/fcntl.h",
	"linux/ethtool.h",
	"linux/delay.h",
	"linux/bio.h",
	"linux/aio.h",
	"net/sock.h",
	"net/inet_sock.h",
	"net/tcp.h",
	"net/net_namespace.h",
	"net/tcp_states.h",
	"net/ip.h",
	"net/inet_connection_sock.h",
	"net/af_unix.h",
	"rdma/rdma_cm.h",
	"asm/page.h",
	"crypto/hash.h",
	"drm/drm_device.h",
	"trace/events/sched.h",
	"generated/autoconf.h",
	"bcc/helpers.h",
	"bcc/bpf.h",
	"bcc/bpf_workaround.h",
	"bcc/footer.h",
};

static void all_headers_exist(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		fprintf(out, "#include <%s>\n", headers[i]);
	fprintf(out, "int f(void *ctx) { return 7; }\n");
	fclose(out);
	assert_int_equal(run(text), 7);
	free(text);
	assert_null(cbcc_new("#include <linus/sched.h>\n", NULL));
	assert_error_has("<text>:1:10: fatal error: 'linus/sched.h' file not found");
}

static void the_compilers_headers_exist(void **state)
{
	(void)state;
	assert_int_equal(
		run("#include <stdarg.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n"
		    "#include <stdarg.h>\n"
		    "static int unused(va_list list) { return va_arg(list, int); }\n"
		    "int f(void *ctx) {\n"
		    "	bool b = true; uint8_t small = UINT8_MAX; int64_t least = INT64_MIN;\n"
		    "	uintptr_t p = (uintptr_t)NULL; ptrdiff_t d = -1;\n"
		    "	return b && small == 255 && least < 0 && !p && d < 0 && sizeof(uint32_t) == 4 &&\n"
		    "	       offsetof(struct iphdr, protocol) == 9; }"),
		1);
}

static void what_bccs_own_headers_bring_needs_no_include(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) {\n"
			     "	u8 a = 1; s16 b = 2; u64 c = 3; __u32 d = 4; __be16 e = 5; bool t = true; "
			     "size_t n = 6;\n"
			     "	char s[4]; void *p = NULL;\n"
			     "	memset(s, 7, sizeof(s));\n"
			     "	return likely(t) && !unlikely(p) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, "
			     "10, 0) &&\n"
			     "	       PAGE_SIZE >= 4096 && roundup_pow_of_two(100) == 128 && s[3] == 7 &&\n"
			     "	       a + b + c + d + e + n == 21; }"),
			 1);
}

static void the_fixed_definitions_are_there(void **state)
{
	(void)state;
	assert_int_equal(
		run("#if !defined(__KERNEL__) || !defined(__BPF_TRACING__) || !defined(CONFIG_CC_IS_CLANG)\n"
		    "#error missing\n"
		    "#endif\n"
		    "int f(void *ctx) { char name[] = KBUILD_MODNAME; return sizeof(name) == 4 && "
		    "name[0] == 'b' && name[2] == 'c'; }"),
		1);
}

/* The guide's advice for Linux 4.13, and what tools do before their includes. */
static void programs_may_define_before_they_include(void **state)
{
	char log[16] = "";
	struct cbcc_opts opts = { .sz = sizeof opts, .log_ctx = log };
	struct cbcc *b =
		cbcc_new("#define randomized_struct_fields_start struct {\n"
			 "#define randomized_struct_fields_end };\n"
			 "#define KBUILD_MODNAME \"foo\"\n"
			 "#include <linux/sched.h>\n"
			 "#pragma clang diagnostic push\n"
			 "#pragma clang diagnostic ignored \"-Wmacro-redefined\"\n"
			 "#define PAGE_SIZE 9\n"
			 "#pragma clang diagnostic pop\n"
			 "struct s { randomized_struct_fields_start int a; randomized_struct_fields_end };\n"
			 "int f(void *ctx) { struct s s = { { 2 } }; return PAGE_SIZE * 10 + s.a; }",
			 &opts);

	(void)state;
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(run_function(b, "f"), 92);
	assert_null(b->unit.diagnostics);
	cbcc_free(b);
}

static void a_struct_is_a_member_without_a_name(void **state)
{
	(void)state;
	assert_int_equal(run("struct a { int x; }; struct b { struct a; int y; };\n"
			     "int f(void *ctx) { struct b b = {}; b.x = 40; b.y = 2; return b.x + b.y; }"),
			 42);
}

static uint32_t run_with_flag(const char *text, const char *cflag)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = &cflag, .ncflags = 1 };
	struct cbcc *b = cbcc_new(text, &opts);
	uint32_t value;

	if (!b)
		fail_msg("%s", cbcc_last_error());
	value = run_function(b, "f");
	cbcc_free(b);
	return value;
}

static void the_command_line_sizes_maps_and_names_the_cpu(void **state)
{
	(void)state;
	assert_int_equal(run_with_flag("BPF_ARRAY(m, u32, N);\n"
				       "int f(void *ctx) {\n"
				       "	typeof(m.key) k = N - 1; typeof(m.leaf) v = 7; u32 *p;\n"
				       "	m.update(&k, &v); k++;\n"
				       "	if (m.lookup(&k)) return 1;\n"
				       "	k--; p = m.lookup(&k); return p ? *p : 0; }",
				       "-DN=12"),
			 7);
	assert_int_equal(
		run_with_flag("int f(void *ctx) { return CUR_CPU_IDENTIFIER; }", "-DCUR_CPU_IDENTIFIER=77"),
		77);
}

/* All that BCC declares, without bpf_. */
static const char helpers[] =
	"map_lookup_elem map_update_elem map_delete_elem map_push_elem map_pop_elem map_peek_elem "
	"map_lookup_percpu_elem for_each_map_elem "
	"probe_read probe_read_str probe_read_kernel probe_read_kernel_str probe_read_user "
	"probe_read_user_str "
	"copy_from_user copy_from_user_task probe_write_user "
	"ktime_get_ns ktime_get_boot_ns ktime_get_coarse_ns ktime_get_tai_ns jiffies64 get_prandom_u32 "
	"get_smp_processor_id get_numa_node_id "
	"get_current_pid_tgid get_current_uid_gid get_current_comm get_current_task get_current_task_btf "
	"get_ns_current_pid_tgid get_current_cgroup_id get_current_ancestor_cgroup_id "
	"current_task_under_cgroup get_cgroup_classid task_pt_regs find_vma get_task_stack "
	"get_stack perf_event_read perf_event_read_value perf_prog_read_value perf_event_output "
	"read_branch_records get_branch_snapshot override_return get_func_ip get_attach_cookie get_func_arg "
	"get_func_ret get_func_arg_cnt send_signal send_signal_thread trace_vprintk "
	"get_retval set_retval strtol strtoul strncmp snprintf snprintf_btf seq_printf seq_write "
	"seq_printf_btf d_path "
	"skb_store_bytes skb_load_bytes skb_load_bytes_relative l3_csum_replace l4_csum_replace csum_diff "
	"csum_update csum_level skb_vlan_push skb_vlan_pop skb_get_tunnel_key skb_set_tunnel_key "
	"skb_get_tunnel_opt skb_set_tunnel_opt skb_change_proto skb_change_type skb_change_tail "
	"skb_change_head skb_pull_data skb_adjust_room skb_get_xfrm_state skb_ecn_set_ce skb_set_tstamp "
	"skb_output skb_cgroup_id skb_ancestor_cgroup_id skb_cgroup_classid skb_under_cgroup "
	"get_hash_recalc set_hash set_hash_invalid get_route_realm "
	"clone_redirect redirect redirect_map redirect_neigh redirect_peer fib_lookup check_mtu "
	"lwt_push_encap lwt_seg6_store_bytes lwt_seg6_adjust_srh lwt_seg6_action "
	"xdp_adjust_head xdp_adjust_meta xdp_adjust_tail xdp_output xdp_get_buff_len xdp_load_bytes "
	"xdp_store_bytes "
	"get_socket_cookie get_socket_uid get_netns_cookie setsockopt getsockopt bind sock_ops_cb_flags_set "
	"sk_lookup_tcp sk_lookup_udp skc_lookup_tcp sk_release sk_fullsock tcp_sock get_listener_sock "
	"sk_assign sk_cgroup_id sk_ancestor_cgroup_id sk_select_reuseport sock_from_file tcp_send_ack "
	"tcp_check_syncookie tcp_gen_syncookie tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6 "
	"tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6 load_hdr_opt store_hdr_opt "
	"reserve_hdr_opt skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock "
	"skc_to_udp6_sock skc_to_unix_sock skc_to_mptcp_sock "
	"sock_map_update sock_hash_update sk_redirect_map sk_redirect_hash msg_redirect_map "
	"msg_redirect_hash msg_apply_bytes msg_cork_bytes msg_pull_data msg_push_data msg_pop_data "
	"get_local_storage sk_storage_get sk_storage_delete inode_storage_get inode_storage_delete "
	"task_storage_get task_storage_delete cgrp_storage_get cgrp_storage_delete "
	"ringbuf_output ringbuf_reserve ringbuf_submit ringbuf_discard ringbuf_query ringbuf_reserve_dynptr "
	"ringbuf_submit_dynptr ringbuf_discard_dynptr dynptr_from_mem dynptr_read dynptr_write dynptr_data "
	"user_ringbuf_drain "
	"spin_lock spin_unlock loop timer_init timer_set_callback timer_start timer_cancel kptr_xchg "
	"per_cpu_ptr this_cpu_ptr "
	"bprm_opts_set ima_inode_hash ima_file_hash sysctl_get_name sysctl_get_current_value "
	"sysctl_get_new_value sysctl_set_new_value rc_keydown rc_repeat rc_pointer_rel sys_bpf sys_close "
	"btf_find_by_name_kind kallsyms_lookup_name";

static void every_helper_has_its_kernels_number(void **state)
{
#define HELPER_NAME(name) #name
	static const char *const kernels[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };
	char *text, *names = strdup(helpers);
	size_t size, count = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fprintf(out, "int f(void *ctx) {\n");
	for (char *name = strtok(names, " "); name; name = strtok(NULL, " "), count++) {
		size_t id = 1;

		while (id < sizeof kernels / sizeof *kernels && strcmp(kernels[id], name) != 0)
			id++;
		/* (The headers that this is built with may be older than the list.) */
		if (id < sizeof kernels / sizeof *kernels)
			fprintf(out, "if ((long)bpf_%s != %zu) return %zu;\n", name, id, count);
		else
			fprintf(out, "if (!(long)bpf_%s) return %zu;\n", name, count);
	}
	fprintf(out, "return 1000; }\n");
	fclose(out);
	assert_int_equal(count, 208);
	assert_int_equal(run(text), 1000);
	free(text);
	free(names);
}

/* What the kernel's headers need of clang, and what BCC's methods are made of. */
static void names_of_bccs_headers_work(void **state)
{
	(void)state;
	assert_int_equal(
		run("BPF_HASH(m, u32, u32); BPF_STACK_TRACE(s, 16); BPF_PROG_ARRAY(p, 2);\n"
		    "int f(void *ctx) {\n"
		    "	u32 k = 1, v = 4, *q;\n"
		    "	bpf_map_update_elem_((u64)&m, &k, &v, 0); q = bpf_map_lookup_elem_((u64)&m, &k);\n"
		    "	bpf_tail_call_((u64)&p, ctx, 1);\n"
		    "	if (bcc_get_stackid(&s, ctx, 0) < 0) return 1;\n"
		    "	return q && *q == 4 && bpf_map_delete_elem_((u64)&m, &k) == 0 ? 5 : 2; }"),
		5);
	assert_int_equal(run("int f(struct bpf_raw_tracepoint_args *ctx) {\n"
			     "	u64 x = ctx->args[0] + 5;\n"
			     "	asm_volatile_goto(\"if %0 == 5 goto %l[five]\" : : \"r\"(x) : : five);\n"
			     "	return 1;\nfive:\n	asm_inline volatile(\"%0 += 37\" : "
			     "\"+r\"(x));\n	return x; }"),
			 42);
}

static void inline_assembly_is_assembled(void **state)
{
	(void)state;
	assert_int_equal(run("int f(struct bpf_raw_tracepoint_args *ctx) {\n"
			     "	u64 x = ctx->args[0] + 0x123456;\n"
			     "	asm volatile(\"%0 &= 0xff\" : \"+r\"(x));\n	return x; }"),
			 0x56);
	assert_null(cbcc_new("int f(void *ctx) { asm volatile(\"nonsense %0\" : : \"r\"(ctx)); return 0; }",
			     NULL));
	assert_error_has("<text>:1:20: error: inline assembly: invalid register/token name");
}

static void a_program_loads_as(const char *text, enum bpf_prog_type type)
{
	struct cbcc *b = cbcc_new(text, NULL);
	struct program *program;

	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_ok(program_get(b, handle_function(b, "f"), type, &program));
	cbcc_free(b);
}

static void contexts_have_the_kernels_members(void **state)
{
	(void)state;
	a_program_loads_as("#include <uapi/linux/bpf_perf_event.h>\n"
			   "int f(struct bpf_perf_event_data *ctx) {\n"
			   "	return ctx->sample_period != 0 && ctx->addr && PT_REGS_IP(&ctx->regs); }",
			   BPF_PROG_TYPE_PERF_EVENT);
	a_program_loads_as("#include <uapi/linux/ptrace.h>\n"
			   "int f(struct pt_regs *ctx, bool a, char b[16], int (*c)(int), u8 d, s64 g) {\n"
			   "	return a + b[1] + (c != 0) + d + g + PT_REGS_RC(ctx) + PT_REGS_IP(ctx) + "
			   "PT_REGS_SP(ctx) +\n"
			   "	       PT_REGS_FP(ctx) + PT_REGS_RET(ctx); }",
			   BPF_PROG_TYPE_KPROBE);
	a_program_loads_as("int f(struct pt_regs *ctx, struct sk_buff *skb) {\n"
			   "	struct task_struct *t = (struct task_struct *)bpf_get_current_task();\n"
			   "	bpf_trace_printk(\"%s %d\", t->real_parent->comm, skb->len); return 0; }",
			   BPF_PROG_TYPE_KPROBE);
}

/* A context of no type has no registers: what is not used is not loaded. */
static void arguments_that_are_not_used_cost_nothing(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx, int a, struct task_struct *b) { return 4; }"), 4);
	assert_int_equal(run("int f(void *ctx, struct tracepoint__sched__sched_switch *args) { return 5; }"),
			 5);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_headers_exist),
		cmocka_unit_test(the_compilers_headers_exist),
		cmocka_unit_test(what_bccs_own_headers_bring_needs_no_include),
		cmocka_unit_test(the_fixed_definitions_are_there),
		cmocka_unit_test(programs_may_define_before_they_include),
		cmocka_unit_test(a_struct_is_a_member_without_a_name),
		cmocka_unit_test(the_command_line_sizes_maps_and_names_the_cpu),
		cmocka_unit_test(every_helper_has_its_kernels_number),
		cmocka_unit_test(names_of_bccs_headers_work),
		cmocka_unit_test(inline_assembly_is_assembled),
		cmocka_unit_test(contexts_have_the_kernels_members),
		cmocka_unit_test(arguments_that_are_not_used_cost_nothing),
	};

	return run_selected_tests(tests, argc, argv);
}
