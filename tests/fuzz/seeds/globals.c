static int counter = 5;
const volatile u64 limit = 10;
static const char names[3][8] = { "a", "bb", "ccc" };
int zero;
int f(void *ctx) { counter++; zero += counter; return names[counter & 1][0] + limit; }
