/* SPDX-License-Identifier: Apache-2.0 */
/* What is left when work ends that cannot end by an error: the process, its locks, and its memory. */
extern "C" {
#include "test.h"
}

#include "compiler/guard.h"

#include <llvm/Support/ErrorHandling.h>

#include <cerrno>
#include <cstdlib>
#include <malloc.h>
#include <mutex>

namespace
{

constexpr size_t MiB = 1 << 20;

int run(void (*work)(), const compiler::Limits &limits, std::string &fatal)
{
	return compiler::runGuarded(work, limits, fatal);
}

void a_fatal_error_of_llvm_ends_its_work_only(void **)
{
	for (int i = 0; i < 3; i++) {
		std::string fatal;

		assert_int_equal(run([] { llvm::report_fatal_error("no way on"); }, compiler::defaultLimits, fatal),
				 -EFAULT);
		assert_string_equal(fatal.c_str(), "no way on");
		assert_int_equal(run([] {}, compiler::defaultLimits, fatal), 0);
	}
}

/* An allocation that is not optimised away. */
void *allocated(size_t size)
{
	static void *volatile block;

	block = malloc(size);
	return block;
}

void allocate_without_end()
{
	for (;;)
		allocated(MiB);
}

void memory_without_end_is_freed(void **)
{
	for (int i = 0; i < 3; i++) {
		struct mallinfo2 before = mallinfo2();
		std::string fatal;

		assert_int_equal(run(allocate_without_end, { 8 * MiB, 60000 }, fatal), -EFAULT);
		assert_string_equal(fatal.c_str(), "it takes more than 16 MiB of memory");
		struct mallinfo2 after = mallinfo2();
		assert_in_range(after.uordblks + after.hblkhd, 0, before.uordblks + before.hblkhd + 65536);
	}
}

/* Nothing is left of the budget while the block is there, and all of it when it is not. */
void expect_counted(void *(*allocate)(size_t size))
{
	std::string during, behind, fatal;
	auto work = [&] {
		void *volatile block = allocate(9 * MiB);

		during = compiler::exhaustedBudget();
		free(block);
		block = malloc(7 * MiB);
		behind = compiler::exhaustedBudget();
		free(block);
	};

	assert_int_equal(compiler::runGuarded(work, { 8 * MiB, 60000 }, fatal), 0);
	assert_string_equal(during.c_str(), "more than 8 MiB of memory");
	assert_string_equal(behind.c_str(), "");
}

void every_allocator_is_counted(void **)
{
	expect_counted([](size_t size) { return malloc(size); });
	expect_counted([](size_t size) { return calloc(size, 1); });
	expect_counted([](size_t size) { return realloc(malloc(16), size); });
	expect_counted([](size_t size) { return aligned_alloc(4096, size); });
	expect_counted([](size_t size) {
		void *block;

		return posix_memalign(&block, 4096, size) ? nullptr : block;
	});
}

std::mutex shared;
bool passed_lock, passed_once, passed_static;

struct Static {
	Static()
	{
		free(allocated(32 * MiB));
		passed_static = true;
	}
};

void allocate_locked()
{
	static std::once_flag once;

	{
		std::lock_guard<std::mutex> lock(shared);
		free(allocated(32 * MiB));
		passed_lock = true;
	}
	std::call_once(once, [] {
		free(allocated(32 * MiB));
		passed_once = true;
	});
	static Static made;
	allocate_without_end();
}

void what_is_shared_is_left_first(void **)
{
	std::string fatal;

	assert_int_equal(run(allocate_locked, { 8 * MiB, 60000 }, fatal), -EFAULT);
	assert_true(passed_lock && passed_once && passed_static);
	assert_true(shared.try_lock());
	shared.unlock();
}

void run_without_end()
{
	for (;;)
		free(allocated(16));
}

void time_without_end_is_cut_off(void **)
{
	std::string fatal;

	assert_int_equal(run(run_without_end, { 8 * MiB, 20 }, fatal), -EFAULT);
	assert_string_equal(fatal.c_str(), "it takes more than 40 ms of processor time");
}

void an_empty_budget_is_known_before(void **)
{
	std::string fatal;
	static std::string problem;

	assert_int_equal(run(
				 [] {
					 void *block = allocated(9 * MiB);

					 problem = compiler::exhaustedBudget();
					 free(block);
					 problem += compiler::exhaustedBudget();
				 },
				 { 8 * MiB, 60000 }, fatal),
			 0);
	assert_string_equal(problem.c_str(), "more than 8 MiB of memory");
	assert_string_equal(compiler::exhaustedBudget().c_str(), "");
}

} // namespace

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fatal_error_of_llvm_ends_its_work_only),
		cmocka_unit_test(memory_without_end_is_freed),
		cmocka_unit_test(every_allocator_is_counted),
		cmocka_unit_test(what_is_shared_is_left_first),
		cmocka_unit_test(time_without_end_is_cut_off),
		cmocka_unit_test(an_empty_budget_is_known_before),
	};

	return run_selected_tests(tests, argc, argv);
}
