#include "CParse.h"
