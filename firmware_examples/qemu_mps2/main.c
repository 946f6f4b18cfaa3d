/* SPDX-License-Identifier: Apache-2.0
 *
 * The digits example on a bare Cortex-M4.
 */
#include "digits_demo.h"
#include "semihosting.h"

int main(void)
{
    return digits_demo(semihosting_print);
}
