/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"

/* The text outlives the call that set it, and goes with the thread: a key's destructor frees it. */
static pthread_key_t error_key;
static pthread_once_t error_once = PTHREAD_ONCE_INIT;
static int error_key_status;
static _Thread_local enum cbcc_error_kind error_kind;

static void error_key_create(void)
{
	error_key_status = pthread_key_create(&error_key, free);
}

/* Without this, a thread that ends after dlclose() would call a destructor that is gone. */
__attribute__((destructor)) static void error_key_delete(void)
{
	pthread_once(&error_once, error_key_create);
	if (error_key_status == 0) {
		free(pthread_getspecific(error_key));
		pthread_key_delete(error_key);
		error_key_status = -1;
	}
}

/* Takes ownership of text. */
static void error_store(char *text)
{
	pthread_once(&error_once, error_key_create);
	if (error_key_status != 0) {
		free(text);
		return;
	}
	free(pthread_getspecific(error_key));
	if (pthread_setspecific(error_key, text) != 0)
		free(text);
}

static void error_vset(const char *fmt, va_list args, const char *suffix)
{
	char *message = NULL, *text = NULL;

	error_kind = CBCC_ERROR_OTHER;
	if (vasprintf(&message, fmt, args) < 0) {
		error_store(NULL);
		return;
	}
	if (!suffix) {
		error_store(message);
		return;
	}
	if (asprintf(&text, "%s: %s", message, suffix) < 0)
		text = NULL;
	free(message);
	error_store(text);
}

int error_set(int err, const char *fmt, ...)
{
	char buf[128];
	va_list args;

	va_start(args, fmt);
	error_vset(fmt, args, strerror_r(-err, buf, sizeof buf));
	va_end(args);
	return err;
}

static bool error_names_arguments(void)
{
	const char *text = cbcc_last_error();

	return strncmp(text, "cbcc_", 5) == 0 || strncmp(text, "struct cbcc_", 12) == 0;
}

/* Arguments may be the error before: what is known of the new one is asked of its own text. */
static int error_vsay(int err, const char *fmt, va_list args)
{
	error_vset(fmt, args, NULL);
	if (err == -EINVAL && error_names_arguments())
		error_kind = CBCC_ERROR_USAGE;
	return err;
}

int error_say(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	error_vsay(err, fmt, args);
	va_end(args);
	return err;
}

int error_about(enum cbcc_error_kind kind, int result)
{
	if (result < 0 && error_kind == CBCC_ERROR_OTHER)
		error_kind = kind;
	return result;
}

int error_missing(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!*cbcc_last_error())
		error_vsay(-EINVAL, fmt, args);
	va_end(args);
	return -EINVAL;
}

void error_details(const char *text)
{
	size_t length = text ? strlen(text) : 0;
	char *joined;

	while (length > 0 && text[length - 1] == '\n')
		length--;
	if (length > 0 && asprintf(&joined, "%s\n%.*s", cbcc_last_error(), (int)length, text) >= 0)
		error_store(joined);
}

void *error_null(int err)
{
	errno = -err;
	return NULL;
}

enum cbcc_error_kind cbcc_last_error_kind(void)
{
	return error_kind;
}

const char *cbcc_last_error(void)
{
	const char *text;

	pthread_once(&error_once, error_key_create);
	text = error_key_status == 0 ? pthread_getspecific(error_key) : NULL;
	return text ? text : "";
}
