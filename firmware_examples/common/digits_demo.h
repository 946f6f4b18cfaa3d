/* SPDX-License-Identifier: Apache-2.0
 *
 * The program of the firmware examples, apart from where its text goes.
 */
#ifndef DIGITS_DEMO_H
#define DIGITS_DEMO_H

typedef void (*digits_print)(const char *text);

/* Classifies the test digits and prints one line for each. Returns an exit code: 0 when every
 * score is equal to the reference interpreter's, bit for bit. */
int digits_demo(digits_print print);

#endif
