/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: tables, the maps of a program text as the application sees them. A part of cbcc.h.
 *
 *     struct cbcc_table *calls = cbcc_get_table(b, "calls");       // calls = b["calls"]
 *     uint32_t pid = 1;
 *     uint64_t count;
 *
 *     if (cbcc_table_lookup(calls, &pid, &count) == 0)             // count = calls[pid]
 *
 * Keys and leaves are passed by address; they are of the types that the text declares, in this machine's layout
 * (cbcc_table_key_type(), cbcc_table_leaf_type()). A table is made when it is asked for, belongs to the handle and
 * lives until cbcc_free(); threads as for handles. The kernel and other processes may change a map at any time.
 *
 * Per-CPU tables have a leaf for every processor that the machine can have. Where a call takes a leaf of such a table,
 * it is an array of cbcc_num_possible_cpus() leaves, each on a multiple of 8 bytes; cbcc_table_value_size() is its
 * size.
 *
 * What holds for every call: -EINVAL for a NULL argument; -EOPNOTSUPP for a table of another kind (the error says
 * which); -ENOENT for a key that the table has not; -EPERM where the kernel does not let the process use maps.
 */
#ifndef CBCC_TABLE_H
#define CBCC_TABLE_H

#include <sys/types.h>

#include "base.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A map with the types of its keys and leaves. Opaque. */
struct cbcc_table;

/**
 * A table by its name in the text. Makes the text's maps if no program has needed them yet.
 *
 * BCC: b["name"], b.get_table("name")
 *
 * @return the table, the same for the same name; NULL with errno: ENOENT (the text has no such map; the error lists
 *         those it has), EPERM and others (the maps cannot be made), ENOMEM
 */
CBCC_API struct cbcc_table *cbcc_get_table(struct cbcc *b, const char *name);

/**
 * The number of tables that the text declares. Global variables are none.
 *
 * BCC: b.tables; bpf_num_tables() in libbcc
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_tables(const struct cbcc *b);

/**
 * As cbcc_get_table(), by the table's index: those in SEC(".maps"), then the others, in the order of the text. NULL
 * with EINVAL if there is none.
 *
 * BCC: none; b.tables is a dict
 */
CBCC_API struct cbcc_table *cbcc_get_table_by_index(struct cbcc *b, int index);

/** Its name in the text. NULL with EINVAL if t is NULL. BCC: none; it is the key of b["name"] */
CBCC_API const char *cbcc_table_name(const struct cbcc_table *t);

/** The map's descriptor, owned by the handle; -EINVAL if t is NULL. BCC: table.get_fd(), table.map_fd */
CBCC_API int cbcc_table_fd(const struct cbcc_table *t);

/** The kernel's number of the map, by which other processes find it. 0 if t is NULL. BCC: table.map_id */
CBCC_API uint32_t cbcc_table_id(const struct cbcc_table *t);

/** BPF_MAP_TYPE_HASH and so on, of <linux/bpf.h>; 0 if t is NULL. BCC: table.ttype */
CBCC_API uint32_t cbcc_table_type(const struct cbcc_table *t);

/** The map's flags: BPF_F_NO_PREALLOC and so on; 0 if t is NULL. BCC: table.flags */
CBCC_API uint32_t cbcc_table_flags(const struct cbcc_table *t);

/** Bytes of a key; 0 if the table has no keys. BCC: ctypes.sizeof(table.Key) */
CBCC_API size_t cbcc_table_key_size(const struct cbcc_table *t);

/** Bytes of a leaf; of a per-CPU table, of one of them. BCC: ctypes.sizeof(table.sLeaf) */
CBCC_API size_t cbcc_table_leaf_size(const struct cbcc_table *t);

/**
 * Bytes of what calls take as a leaf: the leaf's size; of a per-CPU table, that of all. BCC: ctypes.sizeof(table.Leaf)
 */
CBCC_API size_t cbcc_table_value_size(const struct cbcc_table *t);

/** Entries it has room for; of a ring buffer, bytes. BCC: table.max_entries, len() of arrays */
CBCC_API uint32_t cbcc_table_max_entries(const struct cbcc_table *t);

/**
 * The types of keys and leaves, as the text declares them. BCC: table.Key, table.Leaf
 *
 * @return NULL with ENOENT if the text does not say: tables without keys, of programs, perf events, cgroups and stacks
 */
CBCC_API const struct cbcc_type *cbcc_table_key_type(const struct cbcc_table *t);
CBCC_API const struct cbcc_type *cbcc_table_leaf_type(const struct cbcc_table *t);

/** How a table is to be printed (cbcc/histogram.h). */
enum cbcc_histogram {
	CBCC_HISTOGRAM_NONE = 0,   /**< it is no histogram */
	CBCC_HISTOGRAM_LINEAR = 1, /**< cbcc_table_print_linear_hist() */
	CBCC_HISTOGRAM_LOG2 =
		2, /**< cbcc_table_print_log2_hist(): keys come from bpf_log2() or bpf_log2l() */
};

/** Whether the text declares the table as a BPF_HISTOGRAM, and of what. CBCC_HISTOGRAM_NONE if t is NULL. BCC: none */
CBCC_API enum cbcc_histogram cbcc_table_histogram(const struct cbcc_table *t);

/**
 * Processors that the machine can have, and leaves in a per-CPU table's value.
 *
 * BCC: len(bcc.utils.get_possible_cpus())
 *
 * @return the number, or a negative errno if /sys does not say
 */
CBCC_API int cbcc_num_possible_cpus(void);

/* ---- entries ---- */

/**
 * Copies a leaf. Of tables of programs and of maps, the kernel's number of that one.
 *
 * BCC: table[key], key in table, table.get(key)
 *
 * @param leaf  receives cbcc_table_value_size() bytes
 * @return 0; -ENOENT (no such key, or index)
 */
CBCC_API int cbcc_table_lookup(struct cbcc_table *t, const void *key, void *leaf);

/**
 * Sets a leaf, or makes the entry. Leaves of tables of programs, maps, cgroups and perf events are descriptors (an
 * int).
 *
 * BCC: table[key] = leaf
 *
 * @param flags  0 (BPF_ANY): whatever is there; 1 (BPF_NOEXIST): only make; 2 (BPF_EXIST): only replace
 * @return 0; -E2BIG (the table is full, or the index beyond an array), -EEXIST, -ENOENT (by flags), -EBADF
 */
CBCC_API int cbcc_table_update(struct cbcc_table *t, const void *key, const void *leaf, uint64_t flags);

/**
 * Deletes an entry; an array's is set to zero, that of an array of descriptors is emptied.
 *
 * BCC: del table[key]
 *
 * @return 0; -ENOENT
 */
CBCC_API int cbcc_table_delete(struct cbcc_table *t, const void *key);

/**
 * Copies a leaf and deletes its entry. In hashes nothing comes between, from Linux 5.14 on.
 *
 * BCC: table.pop(key)
 *
 * @return 0; -ENOENT
 */
CBCC_API int cbcc_table_lookup_and_delete(struct cbcc_table *t, const void *key, void *leaf);

/**
 * The key after another. Hashes have no order; if key has been deleted, they start again.
 * cbcc_table_for_each() does not.
 *
 * BCC: table.next(key)
 *
 * @param key   NULL: the first one's
 * @param next  receives the key; may be the same memory as key
 * @return 1; 0 if there is none
 */
CBCC_API int cbcc_table_next(struct cbcc_table *t, const void *key, void *next);

/** Receives one entry; both are valid during the call only. Anything but 0 ends the iteration. May change the table. */
typedef int (*cbcc_entry_fn)(void *ctx, const void *key, const void *leaf);

/**
 * Calls a function for every entry. Entries that are there all the time come once, whoever deletes others meanwhile;
 * those that come or go may be left out or come as they were. Of an array, all elements; of an array of descriptors,
 * those that are set.
 *
 * BCC: for k, v in table.items(), iteritems(); keys(); values()
 *
 * @return 0; what fn returned, if not 0; -ENOMEM and others
 */
CBCC_API int cbcc_table_for_each(struct cbcc_table *t, cbcc_entry_fn fn, void *ctx);

/**
 * Deletes all entries, as cbcc_table_delete() would; empties a queue. Returns 0 or a negative errno. BCC: table.clear()
 */
CBCC_API int cbcc_table_clear(struct cbcc_table *t);

/** Sets all leaves to zero and keeps the entries. Returns 0 or a negative errno. BCC: table.zero() */
CBCC_API int cbcc_table_zero(struct cbcc_table *t);

/**
 * The number of entries, counted; an array's size.
 *
 * BCC: len(table)
 *
 * @return the number
 */
CBCC_API ssize_t cbcc_table_count(struct cbcc_table *t);

/* ---- many entries at once ---- */

/** Flags of cbcc_table_dump(). */
enum cbcc_dump {
	CBCC_DUMP_DELETE = 1, /**< also delete the entries; set those of an array to zero */
};

/**
 * Copies up to count entries, thousands in one system call where the kernel can; one by one where not. What
 * CBCC_DUMP_DELETE deletes of a hash is what was copied, nothing comes between; an array's elements lose what programs
 * add between copy and zeroing.
 *
 * BCC: table.items_lookup_batch(), table.items_lookup_and_delete_batch()
 *
 * @param keys    room for count keys
 * @param leaves  room for count times cbcc_table_value_size() bytes
 * @param count   cbcc_table_max_entries() is always enough
 * @param flags   0, or CBCC_DUMP_DELETE
 * @return the number of entries copied; -ENOMEM and others
 */
CBCC_API ssize_t cbcc_table_dump(struct cbcc_table *t, void *keys, void *leaves, size_t count,
				 unsigned int flags);

/**
 * Sets many leaves; one after the other where the kernel cannot set them at once.
 *
 * BCC: table.items_update_batch(keys, leaves)
 *
 * @param keys    count of them, one behind the other; so are leaves, of cbcc_table_value_size() bytes each
 * @param flags   as for cbcc_table_update()
 * @return 0; as cbcc_table_update(): entries before the one that failed are set
 */
CBCC_API int cbcc_table_update_batch(struct cbcc_table *t, const void *keys, const void *leaves, size_t count,
				     uint64_t flags);

/**
 * Deletes many entries. Keys that are not there are passed over.
 *
 * BCC: table.items_delete_batch(keys); without keys it is cbcc_table_clear()
 *
 * @param keys  count of them, one behind the other
 * @return 0
 */
CBCC_API int cbcc_table_delete_batch(struct cbcc_table *t, const void *keys, size_t count);

/* ---- per-CPU tables whose leaves are integers ---- */

/**
 * The sum of all processors' leaves, modulo 2^64.
 *
 * BCC: table.sum(key)
 *
 * @return 0; -ENOENT (no such key); -EOPNOTSUPP (not per CPU, or leaves are no integers)
 */
CBCC_API int cbcc_table_sum(struct cbcc_table *t, const void *key, uint64_t *sum);

/**
 * The greatest of them, by the leaf's sign; (int64_t)*max if it is signed. Returns as cbcc_table_sum(). BCC:
 * table.max(key)
 */
CBCC_API int cbcc_table_max(struct cbcc_table *t, const void *key, uint64_t *max);

/** The sum divided by cbcc_num_possible_cpus(). Returns as cbcc_table_sum(). BCC: table.average(key) */
CBCC_API int cbcc_table_average(struct cbcc_table *t, const void *key, double *average);

/* ---- queues and stacks, which have no keys ---- */

/**
 * Adds a leaf at the end of a queue, on top of a stack.
 *
 * BCC: table.push(leaf, flags)
 *
 * @param flags  0; 2 (BPF_EXIST): of a full one drop the oldest leaf
 * @return 0; -E2BIG (it is full)
 */
CBCC_API int cbcc_table_push(struct cbcc_table *t, const void *leaf, uint64_t flags);

/** Takes the next leaf. -ENOENT: it is empty. BCC: table.pop() */
CBCC_API int cbcc_table_pop(struct cbcc_table *t, void *leaf);

/** Copies the next leaf, which stays. -ENOENT: it is empty. BCC: table.peek() */
CBCC_API int cbcc_table_peek(struct cbcc_table *t, void *leaf);

/* ---- tables of programs, cgroups, perf events, stacks ---- */

/**
 * Puts a function of the text into a program array, for table.call(ctx, index). It is loaded as what its section says,
 * or as the programs are that call it: they have to be attached or loaded first. A program's descriptor can be put with
 * cbcc_table_update().
 *
 * BCC: table[index] = b.load_func(fn_name, type)
 *
 * @return 0; -ENOENT (no such function), -E2BIG (the index), -EINVAL (the type is not known yet), -EACCES and others
 *         (the verifier's refusal)
 */
CBCC_API int cbcc_table_set_function(struct cbcc_table *t, uint32_t index, const char *fn_name);

/**
 * Puts a cgroup into a cgroup array, for table.check_current_task(index).
 *
 * BCC: table[index] = "/sys/fs/cgroup/..."
 *
 * @return 0; the errno of opening the path; -EBADF (it is no cgroup of version 2); -E2BIG (the index)
 */
CBCC_API int cbcc_table_set_cgroup(struct cbcc_table *t, uint32_t index, const char *path);

/**
 * Opens a counter on every processor that is online, for table.perf_read() and table.perf_counter_value() with the
 * processor's number as index. They count until their entries are deleted or the handle freed.
 *
 * BCC: table.open_perf_event(type, config, pid)
 *
 * @param type    PERF_TYPE_HARDWARE and so on, of <linux/perf_event.h>
 * @param config  PERF_COUNT_HW_CPU_CYCLES and so on
 * @param pid     of the task to count; -1: all
 * @return 0; -ENOENT, -EOPNOTSUPP (the machine has no such counter), -EACCES and others
 */
CBCC_API int cbcc_table_open_perf_event(struct cbcc_table *t, uint32_t type, uint64_t config, int pid);

/** The most addresses that a stack trace can have. */
#define CBCC_STACK_DEPTH 127

/**
 * The addresses of a stack trace, the innermost first.
 *
 * BCC: table.walk(stack_id)
 *
 * @param stack_id   as table.get_stackid() gave it to the program; a negative one is an error of its and -EINVAL here
 * @param addresses  room for count of them
 * @return how many there are, also if that is more than count; -ENOENT; -EOPNOTSUPP for BPF_F_STACK_BUILD_ID
 */
CBCC_API ssize_t cbcc_table_stack(struct cbcc_table *t, int stack_id, uint64_t *addresses, size_t count);

/** A place in a file, in place of an address: a stack trace of a table with BPF_F_STACK_BUILD_ID. */
struct cbcc_build_id {
	int32_t status;             /**< 1: build_id and offset are valid; 2: value is an address */
	unsigned char build_id[20]; /**< of the executable or library */
	uint64_t value;             /**< offset in the file, or the address */
};

/** As cbcc_table_stack() for BPF_STACK_TRACE_BUILDID tables, addresses that belong to no file included. */
CBCC_API ssize_t cbcc_table_stack_build_ids(struct cbcc_table *t, int stack_id, struct cbcc_build_id *entries,
					    size_t count);

#ifdef __cplusplus
}
#endif

#endif
