# cmake -DFILE=x.bin -DLIMIT=440 -P firmware_size.cmake: fails when the file is larger than LIMIT bytes.
file(SIZE ${FILE} size)
get_filename_component(name ${FILE} NAME)
if(size GREATER LIMIT)
  file(REMOVE ${FILE})
  message(FATAL_ERROR "${name} has ${size} bytes; ${LIMIT} is the limit")
endif()
message("${name}: ${size} of ${LIMIT} bytes")
