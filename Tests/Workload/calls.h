#pragma once

void print_open_calls(const char *path);
