/* SPDX-License-Identifier: Apache-2.0 */
/* Maps by their descriptors. */
#include <bpf/bpf.h>

#include "libbcc.h"

int bcc_create_map(enum bpf_map_type map_type, const char *name, int key_size, int value_size,
		   int max_entries, int map_flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = (__u32)map_flags);

	return bpf_map_create(map_type, name, (__u32)key_size, (__u32)value_size, (__u32)max_entries, &opts);
}

int bcc_create_map_xattr(struct bcc_create_map_attr *attr, bool allow_rlimit)
{
	bool is_struct_ops = attr->map_type == BPF_MAP_TYPE_STRUCT_OPS;
	LIBBPF_OPTS(bpf_map_create_opts, opts, .btf_fd = attr->btf_fd,
		    .btf_key_type_id = attr->btf_key_type_id, .btf_value_type_id = attr->btf_value_type_id,
		    .btf_vmlinux_value_type_id = is_struct_ops ? attr->btf_vmlinux_value_type_id : 0,
		    .inner_map_fd = is_struct_ops ? 0 : attr->inner_map_fd, .map_flags = attr->map_flags,
		    .numa_node = attr->numa_node, .map_ifindex = attr->map_ifindex);

	(void)allow_rlimit; /* libbpf raises it where the kernel needs that: before 5.11 */
	return bpf_map_create(attr->map_type, attr->name, attr->key_size, attr->value_size, attr->max_entries,
			      &opts);
}

int bpf_lookup_elem(int fd, void *key, void *value)
{
	return bpf_map_lookup_elem(fd, key, value);
}

int bpf_update_elem(int fd, void *key, void *value, unsigned long long flags)
{
	return bpf_map_update_elem(fd, key, value, flags);
}

int bpf_delete_elem(int fd, void *key)
{
	return bpf_map_delete_elem(fd, key);
}

int bpf_lookup_and_delete(int fd, void *key, void *value)
{
	return bpf_map_lookup_and_delete_elem(fd, key, value);
}

int bpf_get_first_key(int fd, void *key, size_t key_size)
{
	(void)key_size; /* of which kernels before 4.12 were given a key that is not there */
	return bpf_map_get_next_key(fd, NULL, key);
}

int bpf_get_next_key(int fd, void *key, void *next_key)
{
	return bpf_map_get_next_key(fd, key, next_key);
}

int bpf_lookup_batch(int fd, __u32 *in_batch, __u32 *out_batch, void *keys, void *values, __u32 *count)
{
	return bpf_map_lookup_batch(fd, in_batch, out_batch, keys, values, count, NULL);
}

int bpf_lookup_and_delete_batch(int fd, __u32 *in_batch, __u32 *out_batch, void *keys, void *values,
				__u32 *count)
{
	return bpf_map_lookup_and_delete_batch(fd, in_batch, out_batch, keys, values, count, NULL);
}

int bpf_delete_batch(int fd, void *keys, __u32 *count)
{
	return bpf_map_delete_batch(fd, keys, count, NULL);
}

int bpf_update_batch(int fd, void *keys, void *values, __u32 *count)
{
	return bpf_map_update_batch(fd, keys, values, count, NULL);
}
