/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dlfcn.h>
#include <stdlib.h>

static char *(*demangle)(const char *name);

static int load(void **state)
{
	void *module = dlopen(CBCC_TEST_COMPILER, RTLD_NOW);

	(void)state;
	demangle = module ? (char *(*)(const char *))dlsym(module, "cbcc_demangle") : NULL;
	return demangle ? 0 : -1;
}

static void expect(const char *name, const char *plain)
{
	char *text = demangle(name);

	assert_string_equal(text ? text : "none", plain);
	free(text);
}

static void names_of_cxx(void **state)
{
	(void)state;
	expect("_ZN6shapes6CircleC2EiRKSs", "shapes::Circle::Circle(int, std::string const&)");
	expect("_ZNSt6vectorIiSaIiEE9push_backERKi",
	       "std::vector<int, std::allocator<int>>::push_back(int const&)");
	expect("_Z3foov.isra.0", "foo() (.isra.0)");
	expect("_ZTV6Circle", "vtable for Circle");
}

static void names_of_rust(void **state)
{
	(void)state;
	expect("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar");
	expect("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt");
	expect("_ZN66_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$GT$"
	       "4drop17h0123456789abcdefE",
	       "<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop");
	/* No hash: C++. */
	expect("_ZN4core3fmt5Write9write_fmt17h0123456789abcdeGE",
	       "core::fmt::Write::write_fmt::h0123456789abcdeG");
}

static void other_names_are_left_alone(void **state)
{
	(void)state;
	for (const char **name = (const char *[]){ "", "_", "_Z", "_R", "main", "_Zodd", "_ZN", "_RNv",
						   "_init", "Z3foov", NULL };
	     *name; name++)
		expect(*name, "none");
}

/* A name that nests as deep as it is long, and one whose text doubles with every few characters. */
static void names_without_end_are_given_up(void **state)
{
	char deep[60000], wide[1000] = "_Z1fSt4pairIiiE", *at = wide + strlen(wide);

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip_because("AddressSanitizer's allocator does not take back what a name that is given up has");
#endif
	memset(deep, 'P', sizeof deep);
	memcpy(deep, "_Z1f", 4);
	strcpy(deep + sizeof deep - 2, "i");
	free(demangle(deep));
	for (const char *c = "0123456789ABCDEFGHIJKLMNOPQRSTUVWX"; *c; c++)
		at += sprintf(at, "S_IS%c_S%c_E", *c, *c);
	expect(wide, "none");
	strcpy(wide + strlen("_Z1fSt4pairIiiE"), "S_IS0_S0_E");
	expect(wide, "f(std::pair<int, int>, std::pair<std::pair<int, int>, std::pair<int, int>>)");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_cxx),
		cmocka_unit_test(names_of_rust),
		cmocka_unit_test(other_names_are_left_alone),
		cmocka_unit_test(names_without_end_are_given_up),
	};

	if (load(NULL))
		return 1;
	return run_selected_tests(tests, argc, argv);
}
