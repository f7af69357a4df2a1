/* A room with no source yet still is a library. */
extern int postern_empty_room;
int postern_empty_room;
