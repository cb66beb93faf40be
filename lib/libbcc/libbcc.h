/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interface of BCC's library, libbcc.so.0, as its Python package and its tools call it: the names, the structs and what
 * the calls return are BCC's. Unless said otherwise a call returns 0 or a descriptor, or a negative number with errno; what
 * is wrong is told on stderr, as programs and tests expect of this library, and of this one only.
 *
 * docs/libbcc.md says what differs from BCC's own.
 */
#ifndef CBCC_LIBBCC_H
#define CBCC_LIBBCC_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LIBBCC_API __attribute__((visibility("default")))

/* ---- modules: module.c, func_load.c ---- */

LIBBCC_API void *bpf_module_create_c_from_string(const char *text, unsigned int flags, const char *cflags[],
						 int ncflags, bool allow_rlimit, const char *dev_name);
LIBBCC_API void *bpf_module_create_c(const char *filename, unsigned int flags, const char *cflags[],
				     int ncflags, bool allow_rlimit, const char *dev_name);
LIBBCC_API void bpf_module_destroy(void *module);
LIBBCC_API bool bpf_module_rw_engine_enabled(void);
LIBBCC_API char *bpf_module_license(void *module);
LIBBCC_API unsigned int bpf_module_kern_version(void *module);
LIBBCC_API size_t bpf_num_functions(void *module);
LIBBCC_API const char *bpf_function_name(void *module, size_t id);
LIBBCC_API void *bpf_function_start_id(void *module, size_t id);
LIBBCC_API void *bpf_function_start(void *module, const char *name);
LIBBCC_API size_t bpf_function_size_id(void *module, size_t id);
LIBBCC_API size_t bpf_function_size(void *module, const char *name);
LIBBCC_API int bcc_func_load(void *module, int prog_type, const char *name, const struct bpf_insn *insns,
			     int prog_len, const char *license, unsigned int kern_version, int log_level,
			     char *log_buf, unsigned int log_buf_size, const char *dev_name, int attach_type);

/* ---- tables: tables.c, description.c, event_fields.c ---- */

LIBBCC_API size_t bpf_num_tables(void *module);
LIBBCC_API size_t bpf_table_id(void *module, const char *name);
LIBBCC_API const char *bpf_table_name(void *module, size_t id);
LIBBCC_API int bpf_table_fd(void *module, const char *name);
LIBBCC_API int bpf_table_fd_id(void *module, size_t id);
LIBBCC_API int bpf_table_type(void *module, const char *name);
LIBBCC_API int bpf_table_type_id(void *module, size_t id);
LIBBCC_API size_t bpf_table_max_entries(void *module, const char *name);
LIBBCC_API size_t bpf_table_max_entries_id(void *module, size_t id);
LIBBCC_API int bpf_table_flags(void *module, const char *name);
LIBBCC_API int bpf_table_flags_id(void *module, size_t id);
LIBBCC_API size_t bpf_table_key_size(void *module, const char *name);
LIBBCC_API size_t bpf_table_key_size_id(void *module, size_t id);
LIBBCC_API size_t bpf_table_leaf_size(void *module, const char *name);
LIBBCC_API size_t bpf_table_leaf_size_id(void *module, size_t id);
LIBBCC_API const char *bpf_table_key_desc(void *module, const char *name);
LIBBCC_API const char *bpf_table_key_desc_id(void *module, size_t id);
LIBBCC_API const char *bpf_table_leaf_desc(void *module, const char *name);
LIBBCC_API const char *bpf_table_leaf_desc_id(void *module, size_t id);
LIBBCC_API int bpf_table_key_snprintf(void *module, size_t id, char *buf, size_t buflen, const void *key);
LIBBCC_API int bpf_table_leaf_snprintf(void *module, size_t id, char *buf, size_t buflen, const void *leaf);
LIBBCC_API int bpf_table_key_sscanf(void *module, size_t id, const char *buf, void *key);
LIBBCC_API int bpf_table_leaf_sscanf(void *module, size_t id, const char *buf, void *leaf);
LIBBCC_API size_t bpf_perf_event_fields(void *module, const char *table);
LIBBCC_API const char *bpf_perf_event_field(void *module, const char *table, size_t i);

/* ---- programs of instructions, and what is pinned: programs.c, bpffs.c ---- */

struct bpf_prog_load_opts;

LIBBCC_API int bcc_prog_load(enum bpf_prog_type prog_type, const char *name, const struct bpf_insn *insns,
			     int prog_len, const char *license, unsigned int kern_version, int log_level,
			     char *log_buf, unsigned int log_buf_size);
LIBBCC_API int bcc_prog_load_xattr(enum bpf_prog_type prog_type, const char *prog_name, const char *license,
				   const struct bpf_insn *insns, struct bpf_prog_load_opts *opts,
				   int prog_len, char *log_buf, unsigned int log_buf_size, bool allow_rlimit);
LIBBCC_API int bpf_prog_get_tag(int fd, unsigned long long *tag);
LIBBCC_API int bpf_obj_get_info(int prog_map_fd, void *info, uint32_t *info_len);
LIBBCC_API int bcc_make_parent_dir(const char *path);
LIBBCC_API int bcc_check_bpffs_path(const char *path);

/* ---- maps by their descriptors: maps.c ---- */

struct bcc_create_map_attr {
	const char *name;
	enum bpf_map_type map_type;
	__u32 map_flags;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 numa_node;
	__u32 btf_fd;
	__u32 btf_key_type_id;
	__u32 btf_value_type_id;
	__u32 map_ifindex;
	union {
		__u32 inner_map_fd;
		__u32 btf_vmlinux_value_type_id; /* of BPF_MAP_TYPE_STRUCT_OPS */
	};
};

LIBBCC_API int bcc_create_map_xattr(struct bcc_create_map_attr *attr, bool allow_rlimit);

LIBBCC_API int bcc_create_map(enum bpf_map_type map_type, const char *name, int key_size, int value_size,
			      int max_entries, int map_flags);
LIBBCC_API int bpf_lookup_elem(int fd, void *key, void *value);
LIBBCC_API int bpf_update_elem(int fd, void *key, void *value, unsigned long long flags);
LIBBCC_API int bpf_delete_elem(int fd, void *key);
LIBBCC_API int bpf_lookup_and_delete(int fd, void *key, void *value);
LIBBCC_API int bpf_get_first_key(int fd, void *key, size_t key_size);
LIBBCC_API int bpf_get_next_key(int fd, void *key, void *next_key);
LIBBCC_API int bpf_lookup_batch(int fd, __u32 *in_batch, __u32 *out_batch, void *keys, void *values,
				__u32 *count);
LIBBCC_API int bpf_lookup_and_delete_batch(int fd, __u32 *in_batch, __u32 *out_batch, void *keys,
					   void *values, __u32 *count);
LIBBCC_API int bpf_delete_batch(int fd, void *keys, __u32 *count);
LIBBCC_API int bpf_update_batch(int fd, void *keys, void *values, __u32 *count);

/* ---- attaching: probes.c, perf_events.c, network.c ---- */

enum bpf_probe_attach_type { BPF_PROBE_ENTRY, BPF_PROBE_RETURN };

LIBBCC_API int bpf_attach_kprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
				 const char *fn_name, uint64_t fn_offset, int maxactive);
LIBBCC_API int bpf_detach_kprobe(const char *ev_name);
/* BCC's has a seventh argument, ref_ctr_offset, which BCC's own Python does not pass: it cannot be looked at. */
LIBBCC_API int bpf_attach_uprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
				 const char *binary_path, uint64_t offset, pid_t pid);
LIBBCC_API int bpf_detach_uprobe(const char *ev_name);
LIBBCC_API int bpf_attach_tracepoint(int progfd, const char *tp_category, const char *tp_name);
LIBBCC_API int bpf_detach_tracepoint(const char *tp_category, const char *tp_name);
LIBBCC_API int bpf_attach_raw_tracepoint(int progfd, const char *tp_name);
LIBBCC_API int bpf_attach_kfunc(int prog_fd);
LIBBCC_API int bpf_attach_lsm(int prog_fd);
LIBBCC_API int bcc_iter_attach(int prog_fd, union bpf_iter_link_info *link_info, uint32_t link_info_len);
LIBBCC_API int bcc_iter_create(int link_fd);

LIBBCC_API int bpf_attach_perf_event_raw(int progfd, void *perf_event_attr, pid_t pid, int cpu, int group_fd,
					 unsigned long extra_flags);
LIBBCC_API int bpf_attach_perf_event(int progfd, uint32_t ev_type, uint32_t ev_config, uint64_t sample_period,
				     uint64_t sample_freq, pid_t pid, int cpu, int group_fd);
LIBBCC_API int bpf_open_perf_event(uint32_t type, uint64_t config, int pid, int cpu);
LIBBCC_API int bpf_close_perf_event_fd(int fd);

LIBBCC_API int bpf_open_raw_sock(const char *name);
LIBBCC_API int bpf_attach_socket(int sockfd, int progfd);
LIBBCC_API int bpf_attach_xdp(const char *dev_name, int progfd, uint32_t flags);

/* ---- perf buffers and ring buffers: perf_reader.c, ring_buffer.c ---- */

struct perf_reader;
struct ring_buffer;

typedef void (*perf_reader_raw_cb)(void *cookie, void *raw, int raw_size);
typedef void (*perf_reader_lost_cb)(void *cookie, uint64_t lost);
typedef int (*ring_buffer_sample_fn)(void *ctx, void *data, size_t size);

struct bcc_perf_buffer_opts {
	int pid, cpu, wakeup_events;
};

LIBBCC_API void *bpf_open_perf_buffer_opts(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb,
					   void *cookie, int page_cnt, struct bcc_perf_buffer_opts *opts);
LIBBCC_API void *bpf_open_perf_buffer(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb, void *cookie,
				      int pid, int cpu, int page_cnt);
LIBBCC_API int perf_reader_poll(int count, struct perf_reader **readers, int timeout);
LIBBCC_API int perf_reader_consume(int count, struct perf_reader **readers);
LIBBCC_API void perf_reader_free(void *reader);
LIBBCC_API int perf_reader_fd(struct perf_reader *reader);

/* In parts: a reader, the descriptor of an event that it gets, the memory of that; and what is there. */
LIBBCC_API struct perf_reader *perf_reader_new(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb,
					       void *cookie, int page_cnt);
LIBBCC_API void perf_reader_set_fd(struct perf_reader *reader, int fd);
LIBBCC_API int perf_reader_mmap(struct perf_reader *reader);
LIBBCC_API void perf_reader_event_read(struct perf_reader *reader);

LIBBCC_API void *bpf_new_ringbuf(int map_fd, ring_buffer_sample_fn sample_cb, void *ctx);
LIBBCC_API int bpf_add_ringbuf(struct ring_buffer *rb, int map_fd, ring_buffer_sample_fn sample_cb,
			       void *ctx);
LIBBCC_API int bpf_poll_ringbuf(struct ring_buffer *rb, int timeout_ms);
LIBBCC_API int bpf_consume_ringbuf(struct ring_buffer *rb);
LIBBCC_API void bpf_free_ringbuf(struct ring_buffer *rb);

/* ---- the kernel, memory: kernel.c ---- */

LIBBCC_API bool bpf_has_kernel_btf(void);
LIBBCC_API int kernel_struct_has_field(const char *struct_name, const char *field_name);
LIBBCC_API int kernel_enum_has_val(const char *enum_name, const char *value_name);
LIBBCC_API int bcc_free_memory(void);

/* ---- symbols and processes: symbols.c, files.c, processes.c ---- */

#define BCC_SYM_ALL_TYPES 65535u

struct bcc_symbol {
	const char *name, *demangle_name, *module;
	uint64_t offset;
};

struct bcc_symbol_option {
	int use_debug_file, check_debug_file_crc, lazy_symbolize;
	uint32_t use_symbol_type;
};

LIBBCC_API void *bcc_symcache_new(int pid, struct bcc_symbol_option *option);
LIBBCC_API void bcc_free_symcache(void *cache, int pid);
LIBBCC_API int bcc_symcache_resolve(void *cache, uint64_t addr, struct bcc_symbol *sym);
LIBBCC_API int bcc_symcache_resolve_no_demangle(void *cache, uint64_t addr, struct bcc_symbol *sym);
LIBBCC_API void bcc_symbol_free_demangle_name(struct bcc_symbol *sym);
LIBBCC_API int bcc_symcache_resolve_name(void *cache, const char *module, const char *name, uint64_t *addr);
LIBBCC_API void bcc_symcache_refresh(void *cache);
LIBBCC_API void *bcc_buildsymcache_new(void);
LIBBCC_API void bcc_free_buildsymcache(void *cache);
LIBBCC_API int bcc_buildsymcache_add_module(void *cache, const char *path);
LIBBCC_API int bcc_buildsymcache_resolve(void *cache, struct bpf_stack_build_id *trace,
					 struct bcc_symbol *sym);
LIBBCC_API int bcc_resolve_symname(const char *module, const char *symname, const uint64_t addr, int pid,
				   struct bcc_symbol_option *option, struct bcc_symbol *sym);
LIBBCC_API int bcc_foreach_function_symbol(const char *module, int (*cb)(const char *name, uint64_t addr));
LIBBCC_API char *bcc_procutils_which_so(const char *libname, int pid);
LIBBCC_API char *bcc_procutils_which_so_in_process(const char *libname, int pid);
LIBBCC_API char *bcc_procutils_which(const char *name);
LIBBCC_API void bcc_procutils_free(const char *ptr);
LIBBCC_API const char *bcc_procutils_language(int pid);

struct mod_info {
	char *name;
	uint64_t start_addr, end_addr;
	unsigned long long file_offset;
	uint64_t dev_major, dev_minor, inode;
};

/* Less than 0 ends the iteration. */
typedef int (*bcc_procutils_modulecb)(struct mod_info *module, int enter_ns, void *payload);
typedef void (*bcc_procutils_ksymcb)(const char *name, const char *module, uint64_t addr, void *payload);

LIBBCC_API int bcc_mapping_is_file_backed(const char *mapname);
LIBBCC_API int bcc_procutils_each_module(int pid, bcc_procutils_modulecb callback, void *payload);
LIBBCC_API int bcc_procutils_each_ksym(bcc_procutils_ksymcb callback, void *payload);
LIBBCC_API int bcc_resolve_global_addr(int pid, const char *module, const uint64_t address,
				       uint8_t inode_match_only, uint64_t *global);

/* ---- ELF files: elf.c ---- */

struct bcc_elf_usdt {
	uint64_t pc, base_addr, semaphore;
	const char *provider, *name, *arg_fmt;
	uint64_t semaphore_offset; /* in the file */
};

/* Less than 0 ends the iteration. */
typedef void (*bcc_elf_probecb)(const char *path, const struct bcc_elf_usdt *probe, void *payload);
typedef int (*bcc_elf_symcb)(const char *name, uint64_t addr, uint64_t size, void *payload);
typedef int (*bcc_elf_load_sectioncb)(uint64_t addr, uint64_t size, uint64_t offset, void *payload);

LIBBCC_API int bcc_elf_foreach_usdt(const char *path, bcc_elf_probecb callback, void *payload);
LIBBCC_API int bcc_elf_foreach_load_section(const char *path, bcc_elf_load_sectioncb callback, void *payload);
LIBBCC_API int bcc_elf_foreach_sym(const char *path, bcc_elf_symcb callback, void *option, void *payload);
LIBBCC_API int bcc_elf_foreach_vdso_sym(bcc_elf_symcb callback, void *payload);
LIBBCC_API int bcc_elf_get_text_scn_info(const char *path, uint64_t *addr, uint64_t *offset);
LIBBCC_API int bcc_elf_get_type(const char *path);
LIBBCC_API int bcc_elf_is_shared_obj(const char *path);
LIBBCC_API int bcc_elf_is_exe(const char *path);
LIBBCC_API int bcc_elf_is_pie(const char *path);
LIBBCC_API int bcc_elf_is_vdso(const char *name);
LIBBCC_API int bcc_elf_get_buildid(const char *path, char *buildid);

/* ---- USDT: usdt.c, usdt_semaphores.c ---- */

struct bcc_usdt {
	const char *provider, *name, *bin_path;
	uint64_t semaphore;
	int num_locations, num_arguments;
	uint64_t semaphore_offset; /* Python's mirror of this struct ends before it */
};

struct bcc_usdt_location {
	uint64_t address;
	const char *bin_path;
};

struct bcc_usdt_argument {
	int size, valid; /* valid: the bits of enum cbcc_usdt_valid */
	long long constant;
	int deref_offset;
	const char *deref_ident, *base_register_name, *index_register_name;
	int scale;
};

LIBBCC_API void *bcc_usdt_new_frompid(int pid, const char *path);
LIBBCC_API void *bcc_usdt_new_frompath(const char *path);
LIBBCC_API void bcc_usdt_close(void *usdt);
LIBBCC_API int bcc_usdt_enable_probe(void *usdt, const char *probe_name, const char *fn_name);
LIBBCC_API int bcc_usdt_enable_fully_specified_probe(void *usdt, const char *provider_name,
						     const char *probe_name, const char *fn_name);
LIBBCC_API int bcc_usdt_addsem_probe(void *usdt, const char *probe_name, const char *fn_name, int16_t value);
LIBBCC_API int bcc_usdt_addsem_fully_specified_probe(void *usdt, const char *provider_name,
						     const char *probe_name, const char *fn_name,
						     int16_t value);
LIBBCC_API const char *bcc_usdt_genargs(void **ctx_array, int len);
LIBBCC_API const char *bcc_usdt_get_probe_argctype(void *usdt, const char *probe_name, int arg_index);
LIBBCC_API const char *bcc_usdt_get_fully_specified_probe_argctype(void *usdt, const char *provider_name,
								   const char *probe_name, int arg_index);
LIBBCC_API void bcc_usdt_foreach(void *usdt, void (*callback)(struct bcc_usdt *probe));
LIBBCC_API int bcc_usdt_get_location(void *usdt, const char *provider_name, const char *probe_name, int index,
				     struct bcc_usdt_location *location);
LIBBCC_API int bcc_usdt_get_argument(void *usdt, const char *provider_name, const char *probe_name,
				     int location_index, int argument_index,
				     struct bcc_usdt_argument *argument);
LIBBCC_API void bcc_usdt_foreach_uprobe(void *usdt,
					void (*callback)(const char *bin_path, const char *fn_name,
							 uint64_t address, int pid));

#endif
