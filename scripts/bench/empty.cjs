// The floor that every measurement is compared with: a Node program that does nothing.
