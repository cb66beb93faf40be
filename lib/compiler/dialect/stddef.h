/* NULL, offsetof() and size_t are known without it. */
#ifndef __cbcc_stddef
#define __cbcc_stddef
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;
#endif
