/* SPDX-License-Identifier: Apache-2.0 */
/* How the object says of which type the events of a map are: by a variable of this name, a pointer to that type. */
#ifndef CBCC_EVENT_NAMES_H
#define CBCC_EVENT_NAMES_H

#define EVENT_VARIABLE_PREFIX "__cbcc_event_" /* and the map's name */
#define EVENT_SECTION ".cbcc.events"

#endif
