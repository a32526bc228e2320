# cmake -DNASM= -DSETUP= -DPART32= -DVERSION= -DWORK= -DOUT= -P join.cmake: OUT = SETUP assembled for PART32's size, then PART32.
file(SIZE ${PART32} bytes)
math(EXPR paragraphs "(${bytes} + 15) / 16")
execute_process(COMMAND ${NASM} -f bin -DPARAGRAPHS=${paragraphs} "-DVERSION=\"${VERSION}\"" -o ${WORK}/setup.bin ${SETUP} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E cat ${WORK}/setup.bin ${PART32} OUTPUT_FILE ${OUT} COMMAND_ERROR_IS_FATAL ANY)
