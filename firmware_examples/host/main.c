/* SPDX-License-Identifier: Apache-2.0
 *
 * The digits example on the development machine.
 */
#include <stdio.h>

#include "digits_demo.h"

static void print(const char *text)
{
    fputs(text, stdout);
}

int main(void)
{
    return digits_demo(print);
}
