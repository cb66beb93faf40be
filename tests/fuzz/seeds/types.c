enum e { A, B = 1ull << 40, C = -5 };
typedef struct node { struct node *next; union { int i; float *f; }; int flexible[]; } node_t;
typedef int (*fn)(node_t *, enum e, ...);
_Static_assert(sizeof(node_t) == 16, "");
int f(struct pt_regs *ctx, node_t *n, fn *p) { return n->flexible[2] + n->next->i + (p != 0) + _Generic(n, node_t *: 1, default: 2); }
