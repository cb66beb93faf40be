/* SPDX-License-Identifier: Apache-2.0 */
#include "module/compiled.h"

#include <stdlib.h>

static void release_map(struct compiled_map *map)
{
	for (size_t i = 0; i < map->nslots; i++)
		free(map->slots[i].function);
	free(map->slots);
	free(map->name);
	free(map->path);
	free(map->event);
}

void compiled_release(struct compiled *result)
{
	for (size_t i = 0; i < result->nfunctions; i++) {
		free(result->functions[i].name);
		free(result->functions[i].symbol);
		free(result->functions[i].section);
		free(result->functions[i].context);
	}
	for (size_t i = 0; i < result->nmaps; i++)
		release_map(&result->maps[i]);
	for (size_t i = 0; i < result->ntrace_formats; i++)
		free(result->trace_formats[i]);
	free(result->trace_formats);
	free(result->functions);
	free(result->maps);
	free(result->object);
	free(result->diagnostics);
	*result = (struct compiled){ 0 };
}
