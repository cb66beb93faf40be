/* bool, true and false are known without it. */
#ifndef __bool_true_false_are_defined
#define __bool_true_false_are_defined 1
#endif
