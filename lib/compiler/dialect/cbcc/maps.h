/*
 * Maps. A map is declared as a variable in the section "maps/TYPE" whose struct has the members key and leaf, and one
 * function pointer for each method; nothing of it exists in the object. The compiler makes of it a map as libbpf knows
 * it, and of calls of the methods calls of helpers (passes/maps.h). K is the key's type, V the leaf's.
 */

/* The methods, by the families that maps have. */
#define CBCC_LOOKUP(K, V) V *(*lookup)(K const *);
#define CBCC_UPDATE(K, V) int (*update)(K const *, V const *);
#define CBCC_DELETE(K) int (*delete)(K const *);
#define CBCC_ELEMENTS(K, V)                                                                                  \
	CBCC_LOOKUP(K, V)                                                                                    \
	CBCC_UPDATE(K, V)                                                                                    \
	CBCC_DELETE(K)                                                                                       \
	V *(*lookup_or_init)(K const *, V const *);                                                          \
	V *(*lookup_or_try_init)(K const *, V const *);                                                      \
	int (*insert)(K const *, V const *);                                                                 \
	void (*increment)(K, ...);                                                                           \
	void (*atomic_increment)(K, ...);
#define CBCC_CALL void (*call)(void *, u32);
#define CBCC_STACKS int (*get_stackid)(void *, u64);
#define CBCC_PERF_OUTPUT                                                                                     \
	int (*perf_submit)(void *, const void *, u32);                                                       \
	int (*perf_submit_skb)(void *, u32, const void *, u32);
#define CBCC_PERF_INPUT                                                                                      \
	u64 (*perf_read)(u64);                                                                               \
	int (*perf_counter_value)(u64, void *, u32);
#define CBCC_RINGBUF                                                                                         \
	int (*ringbuf_output)(const void *, u64, u64);                                                       \
	void *(*ringbuf_reserve)(u64);                                                                       \
	void (*ringbuf_submit)(const void *, u64);                                                           \
	void (*ringbuf_discard)(const void *, u64);                                                          \
	u64 (*ringbuf_query)(u64);
#define CBCC_CGROUPS int (*check_current_task)(u32);
#define CBCC_REDIRECT int (*redirect_map)(u32, u64);
#define CBCC_QUEUE(V)                                                                                        \
	int (*push)(V const *, u64);                                                                         \
	int (*pop)(V *);                                                                                     \
	int (*peek)(V *);
#define CBCC_STORAGE(V, OWNER)                                                                               \
	V *(*OWNER##_storage_get)(void *, const void *, u64);                                                \
	int (*OWNER##_storage_delete)(void *);
#define CBCC_SOCKMAP(K) int (*sock_map_update)(void *, K const *, u64);
#define CBCC_SOCKHASH(K)                                                                                     \
	int (*sock_hash_update)(void *, K const *, u64);                                                     \
	int (*msg_redirect_hash)(void *, K const *, u64);                                                    \
	int (*sk_redirect_hash)(void *, K const *, u64);
#define CBCC_ALL(K, V)                                                                                       \
	CBCC_ELEMENTS(K, V)                                                                                  \
	CBCC_CALL CBCC_STACKS CBCC_PERF_OUTPUT CBCC_PERF_INPUT CBCC_RINGBUF CBCC_CGROUPS CBCC_REDIRECT       \
	CBCC_QUEUE(V) CBCC_STORAGE(V, sk) CBCC_STORAGE(V, inode) CBCC_STORAGE(V, task)                       \
	CBCC_SOCKMAP(K) CBCC_SOCKHASH(K) V *(*get_local_storage)(u64);

/* The declarations: with the methods, a key and a leaf; without a key; sized in pages. */
#define CBCC_VARIABLE(TYPE, NAME, MAX, FLAGS)                                                                \
	__attribute__((section("maps/" TYPE)))                                                               \
	struct NAME##_table_t NAME = { .max_entries = (MAX), .flags = (FLAGS) };
#define CBCC_MAP(TYPE, METHODS, K, V, NAME, MAX, FLAGS)                                                      \
	struct NAME##_table_t {                                                                              \
		METHODS                                                                                      \
		K key;                                                                                       \
		V leaf;                                                                                      \
		u32 max_entries, flags;                                                                      \
	};                                                                                                   \
	CBCC_VARIABLE(TYPE, NAME, MAX, FLAGS)
/* Another variable of a map, by whose section it is published. */
#define CBCC_PUBLISH(HOW, NAME) __attribute__((section("maps/" HOW))) struct NAME##_table_t __##NAME;
/* Calls PREFIX1 to PREFIX4, by the number of arguments. */
#define CBCC_COUNT(_1, _2, _3, _4, _5, _6, _7, COUNT, ...) COUNT
#define CBCC_JOIN(PREFIX, COUNT) PREFIX##COUNT
#define CBCC_OVERLOAD_(PREFIX, COUNT) CBCC_JOIN(PREFIX, COUNT)
#define CBCC_OVERLOAD(PREFIX, ...)                                                                           \
	CBCC_OVERLOAD_(PREFIX, CBCC_COUNT(__VA_ARGS__, 7, 6, 5, 4, 3, 2, 1))(__VA_ARGS__)

#define BPF_F_TABLE(TYPE, K, V, NAME, MAX, FLAGS)                                                            \
	CBCC_MAP(TYPE, CBCC_ALL(K, V), K, V, NAME, MAX, FLAGS)
#define BPF_TABLE(TYPE, K, V, NAME, MAX) BPF_F_TABLE(TYPE, K, V, NAME, MAX, 0)
#define BPF_TABLE_PUBLIC(TYPE, K, V, NAME, MAX) BPF_TABLE(TYPE, K, V, NAME, MAX) CBCC_PUBLISH("export", NAME)
#define BPF_TABLE_SHARED5(TYPE, K, V, NAME, MAX) BPF_TABLE_SHARED6(TYPE, K, V, NAME, MAX, 0)
#define BPF_TABLE_SHARED6(TYPE, K, V, NAME, MAX, FLAGS)                                                      \
	BPF_F_TABLE(TYPE, K, V, NAME, MAX, FLAGS) CBCC_PUBLISH("shared", NAME)
#define BPF_TABLE_SHARED(...) CBCC_OVERLOAD(BPF_TABLE_SHARED, __VA_ARGS__)
#define BPF_TABLE_PINNED6(TYPE, K, V, NAME, MAX, PATH) BPF_F_TABLE(TYPE ":" PATH, K, V, NAME, MAX, 0)
#define BPF_TABLE_PINNED7(TYPE, K, V, NAME, MAX, PATH, FLAGS)                                                \
	BPF_F_TABLE(TYPE ":" PATH, K, V, NAME, MAX, FLAGS)
#define BPF_TABLE_PINNED(...) CBCC_OVERLOAD(BPF_TABLE_PINNED, __VA_ARGS__)
#define BPF_ANNOTATE_KV_PAIR(NAME, K, V)
#define BPF_ANNOTATE_KV_PAIR_QUEUESTACK(NAME, V)

#define CBCC_ELEMENTS_MAP(TYPE, K, V, NAME, MAX, FLAGS)                                                      \
	CBCC_MAP(TYPE, CBCC_ELEMENTS(K, V), K, V, NAME, MAX, FLAGS)
#define BPF_HASH1(NAME) BPF_HASH4(NAME, u64, u64, 10240)
#define BPF_HASH2(NAME, K) BPF_HASH4(NAME, K, u64, 10240)
#define BPF_HASH3(NAME, K, V) BPF_HASH4(NAME, K, V, 10240)
#define BPF_HASH4(NAME, K, V, MAX) CBCC_ELEMENTS_MAP("hash", K, V, NAME, MAX, 0)
#define BPF_HASH(...) CBCC_OVERLOAD(BPF_HASH, __VA_ARGS__)
#define BPF_PERCPU_HASH1(NAME) BPF_PERCPU_HASH4(NAME, u64, u64, 10240)
#define BPF_PERCPU_HASH2(NAME, K) BPF_PERCPU_HASH4(NAME, K, u64, 10240)
#define BPF_PERCPU_HASH3(NAME, K, V) BPF_PERCPU_HASH4(NAME, K, V, 10240)
#define BPF_PERCPU_HASH4(NAME, K, V, MAX) CBCC_ELEMENTS_MAP("percpu_hash", K, V, NAME, MAX, 0)
#define BPF_PERCPU_HASH(...) CBCC_OVERLOAD(BPF_PERCPU_HASH, __VA_ARGS__)
#define BPF_ARRAY1(NAME) BPF_ARRAY3(NAME, u64, 10240)
#define BPF_ARRAY2(NAME, V) BPF_ARRAY3(NAME, V, 10240)
#define BPF_ARRAY3(NAME, V, MAX) CBCC_ELEMENTS_MAP("array", int, V, NAME, MAX, 0)
#define BPF_ARRAY(...) CBCC_OVERLOAD(BPF_ARRAY, __VA_ARGS__)
#define BPF_PERCPU_ARRAY1(NAME) BPF_PERCPU_ARRAY3(NAME, u64, 10240)
#define BPF_PERCPU_ARRAY2(NAME, V) BPF_PERCPU_ARRAY3(NAME, V, 10240)
#define BPF_PERCPU_ARRAY3(NAME, V, MAX) CBCC_ELEMENTS_MAP("percpu_array", int, V, NAME, MAX, 0)
#define BPF_PERCPU_ARRAY(...) CBCC_OVERLOAD(BPF_PERCPU_ARRAY, __VA_ARGS__)
#define BPF_HIST1(NAME) BPF_HIST3(NAME, int, 64)
#define BPF_HIST2(NAME, K) BPF_HIST3(NAME, K, 64)
#define BPF_HIST3(NAME, K, MAX) CBCC_ELEMENTS_MAP("histogram", K, u64, NAME, MAX, 0)
#define BPF_HISTOGRAM(...) CBCC_OVERLOAD(BPF_HIST, __VA_ARGS__)
#define BPF_LPM_TRIE1(NAME) BPF_LPM_TRIE4(NAME, u64, u64, 10240)
#define BPF_LPM_TRIE2(NAME, K) BPF_LPM_TRIE4(NAME, K, u64, 10240)
#define BPF_LPM_TRIE3(NAME, K, V) BPF_LPM_TRIE4(NAME, K, V, 10240)
#define BPF_LPM_TRIE4(NAME, K, V, MAX) CBCC_ELEMENTS_MAP("lpm_trie", K, V, NAME, MAX, BPF_F_NO_PREALLOC)
#define BPF_LPM_TRIE(...) CBCC_OVERLOAD(BPF_LPM_TRIE, __VA_ARGS__)
#define BPF_ARRAY_OF_MAPS(NAME, INNER, MAX) CBCC_ELEMENTS_MAP("array_of_maps$" INNER, int, int, NAME, MAX, 0)
#define BPF_HASH_OF_MAPS2(NAME, INNER) BPF_HASH_OF_MAPS4(NAME, int, INNER, 10240)
#define BPF_HASH_OF_MAPS3(NAME, K, INNER) BPF_HASH_OF_MAPS4(NAME, K, INNER, 10240)
#define BPF_HASH_OF_MAPS4(NAME, K, INNER, MAX) CBCC_ELEMENTS_MAP("hash_of_maps$" INNER, K, int, NAME, MAX, 0)
#define BPF_HASH_OF_MAPS(...) CBCC_OVERLOAD(BPF_HASH_OF_MAPS, __VA_ARGS__)

#define BPF_STACK_TRACE(NAME, MAX)                                                                           \
	CBCC_MAP("stacktrace", CBCC_STACKS, int, struct bpf_stacktrace, NAME, MAX, 0)
#define BPF_STACK_TRACE_BUILDID(NAME, MAX)                                                                   \
	CBCC_MAP("stacktrace", CBCC_STACKS, int, struct { struct bpf_stack_build_id trace[127]; }, NAME, MAX, \
		 BPF_F_STACK_BUILD_ID)
#define BPF_PROG_ARRAY(NAME, MAX) CBCC_MAP("prog", CBCC_CALL, u32, u32, NAME, MAX, 0)
#define BPF_PERF_OUTPUT(NAME) CBCC_MAP("perf_output", CBCC_PERF_OUTPUT, int, u32, NAME, 0, 0)
#define BPF_PERF_ARRAY(NAME, MAX) CBCC_MAP("perf_array", CBCC_PERF_INPUT, int, u32, NAME, MAX, 0)
#define BPF_RINGBUF_OUTPUT(NAME, PAGES)                                                                      \
	struct NAME##_table_t {                                                                              \
		CBCC_RINGBUF                                                                                 \
		int key;                                                                                     \
		u32 leaf;                                                                                    \
		u32 pages;                                                                                   \
	};                                                                                                   \
	__attribute__((section("maps/ringbuf"))) struct NAME##_table_t NAME = { .pages = (PAGES) };
#define BPF_CGROUP_ARRAY(NAME, MAX) CBCC_MAP("cgroup_array", CBCC_CGROUPS, int, u32, NAME, MAX, 0)

#define BPF_XDP_REDIRECT_MAP(TYPE, V, NAME, MAX) CBCC_MAP(TYPE, CBCC_REDIRECT, u32, V, NAME, MAX, 0)
#define BPF_DEVMAP(NAME, MAX) BPF_XDP_REDIRECT_MAP("devmap", int, NAME, MAX)
#define BPF_CPUMAP(NAME, MAX) BPF_XDP_REDIRECT_MAP("cpumap", u32, NAME, MAX)
#define CBCC_XSKMAP(TYPE, NAME, MAX)                                                                         \
	CBCC_MAP(TYPE, CBCC_REDIRECT CBCC_LOOKUP(int, int), int, int, NAME, MAX, 0)
#define BPF_XSKMAP2(NAME, MAX) CBCC_XSKMAP("xskmap", NAME, MAX)
#define BPF_XSKMAP3(NAME, MAX, PATH) CBCC_XSKMAP("xskmap:" PATH, NAME, MAX)
#define BPF_XSKMAP(...) CBCC_OVERLOAD(BPF_XSKMAP, __VA_ARGS__)

#define BPF_QUEUESTACK(TYPE, NAME, V, MAX, FLAGS)                                                            \
	struct NAME##_table_t {                                                                              \
		CBCC_QUEUE(V)                                                                                \
		V leaf;                                                                                      \
		u32 max_entries, flags;                                                                      \
	};                                                                                                   \
	CBCC_VARIABLE(TYPE, NAME, MAX, FLAGS)
#define BPF_QUEUESTACK_PINNED(TYPE, NAME, V, MAX, FLAGS, PATH)                                               \
	BPF_QUEUESTACK(TYPE ":" PATH, NAME, V, MAX, FLAGS)
#define BPF_QUEUESTACK_PUBLIC(TYPE, NAME, V, MAX, FLAGS)                                                     \
	BPF_QUEUESTACK(TYPE, NAME, V, MAX, FLAGS) CBCC_PUBLISH("export", NAME)
#define BPF_QUEUESTACK_SHARED(TYPE, NAME, V, MAX, FLAGS)                                                     \
	BPF_QUEUESTACK(TYPE, NAME, V, MAX, FLAGS) CBCC_PUBLISH("shared", NAME)
#define BPF_QUEUE3(NAME, V, MAX) BPF_QUEUESTACK("queue", NAME, V, MAX, 0)
#define BPF_QUEUE4(NAME, V, MAX, FLAGS) BPF_QUEUESTACK("queue", NAME, V, MAX, FLAGS)
#define BPF_QUEUE(...) CBCC_OVERLOAD(BPF_QUEUE, __VA_ARGS__)
#define BPF_STACK3(NAME, V, MAX) BPF_QUEUESTACK("stack", NAME, V, MAX, 0)
#define BPF_STACK4(NAME, V, MAX, FLAGS) BPF_QUEUESTACK("stack", NAME, V, MAX, FLAGS)
#define BPF_STACK(...) CBCC_OVERLOAD(BPF_STACK, __VA_ARGS__)

#define CBCC_STORAGE_MAP(V, OWNER, NAME)                                                                     \
	CBCC_MAP(#OWNER "_storage", CBCC_STORAGE(V, OWNER), int, V, NAME, 0, BPF_F_NO_PREALLOC)
#define BPF_SK_STORAGE(NAME, V) CBCC_STORAGE_MAP(V, sk, NAME)
#define BPF_INODE_STORAGE(NAME, V) CBCC_STORAGE_MAP(V, inode, NAME)
#define BPF_TASK_STORAGE(NAME, V) CBCC_STORAGE_MAP(V, task, NAME)
#define BPF_CGROUP_STORAGE_COMMON(NAME, V, TYPE)                                                             \
	CBCC_MAP(TYPE,                                                                                       \
		 V *(*get_local_storage)(u64); CBCC_LOOKUP(struct bpf_cgroup_storage_key, V)                 \
		 CBCC_UPDATE(struct bpf_cgroup_storage_key, V),                                              \
		 struct bpf_cgroup_storage_key, V, NAME, 0, 0)
#define BPF_CGROUP_STORAGE(NAME, V) BPF_CGROUP_STORAGE_COMMON(NAME, V, "cgroup_storage")
#define BPF_PERCPU_CGROUP_STORAGE(NAME, V) BPF_CGROUP_STORAGE_COMMON(NAME, V, "percpu_cgroup_storage")

#define BPF_SOCKMAP_COMMON(NAME, MAX, TYPE, HELPER)                                                          \
	CBCC_MAP(TYPE, int (*HELPER)(void *, u32 const *, u64); CBCC_UPDATE(u32, int) CBCC_DELETE(u32), u32, \
		 int, NAME, MAX, 0)
#define BPF_SOCKMAP(NAME, MAX) BPF_SOCKMAP_COMMON(NAME, MAX, "sockmap", sock_map_update)
#define BPF_SOCKHASH_COMMON(NAME, K, MAX)                                                                    \
	CBCC_MAP("sockhash", CBCC_SOCKHASH(K) CBCC_UPDATE(K, int) CBCC_DELETE(K), K, int, NAME, MAX, 0)
#define BPF_SOCKHASH1(NAME) BPF_SOCKHASH_COMMON(NAME, u32, 10240)
#define BPF_SOCKHASH2(NAME, K) BPF_SOCKHASH_COMMON(NAME, K, 10240)
#define BPF_SOCKHASH3(NAME, K, MAX) BPF_SOCKHASH_COMMON(NAME, K, MAX)
#define BPF_SOCKHASH(...) CBCC_OVERLOAD(BPF_SOCKHASH, __VA_ARGS__)
