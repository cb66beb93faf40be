// SPDX-License-Identifier: Apache-2.0
/*
 * cachestat: how well the page cache serves the files that are read.
 *
 * HITS are uses of pages that were in the cache; MISSES are first uses of pages that had to be brought into it, from the disk or
 * new; DIRTIED are pages that were written to. Counted by page, or by folio where the kernel has larger ones.
 *
 * usage: cachestat [SECONDS]
 *
 * The counts of every SECONDS, 1 if not given. Needs a kernel with kprobes.
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc cachestat
 *   cbcc cachestat 10
 *
 * cbcc: --clear -i ${1:-1}
 */
enum pages { HITS, MISSES, DIRTIED };

struct key {
	enum pages pages;
};

/* Added, and not used since. */
BPF_TABLE("lru_hash", const void *, u8, _fresh, 65536);
BPF_HASH(counts, struct key);

static bool is_wanted(void)
{
#ifdef PID
	return bpf_get_current_pid_tgid() >> 32 == PID;
#else
	return true;
#endif
}

RAW_TRACEPOINT_PROBE(mm_filemap_add_to_page_cache)
{
	const void *page = (const void *)ctx->args[0];
	u8 one = 1;

	if (is_wanted())
		_fresh.update(&page, &one);
	return 0;
}

static int count(enum pages pages)
{
	struct key key = { .pages = pages };

	counts.atomic_increment(key);
	return 0;
}

static int use(const void *page)
{
	if (!is_wanted())
		return 0;
	return count(_fresh.delete(&page) == 0 ? MISSES : HITS);
}

static int dirty(void)
{
	return is_wanted() ? count(DIRTIED) : 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
int kprobe__folio_mark_accessed(struct pt_regs *ctx, const void *folio)
{
	return use(folio);
}
#else
int kprobe__mark_page_accessed(struct pt_regs *ctx, const void *page)
{
	return use(page);
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
RAW_TRACEPOINT_PROBE(writeback_dirty_folio)
{
	return dirty();
}
#else
RAW_TRACEPOINT_PROBE(writeback_dirty_page)
{
	return dirty();
}
#endif
