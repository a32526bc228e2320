#pragma once

#include "lib32/types.h"

/// A growing array. Memory that runs out ends stage2 with a message (memory/heap.cpp), so nothing here reports it. What
/// is not tiny is kept out of line, as most of stage2's size would be copies of it.
namespace stage2 {

using lib32::u16;
using lib32::u32;
using lib32::u64;
using lib32::u8;

template <class T>
constexpr T&& move(T& value) {
  return static_cast<T&&>(value);
}

template <class T>
constexpr void swap(T& a, T& b) {
  T kept = move(a);
  a = move(b);
  b = move(kept);
}

struct InPlace {};

}  // namespace stage2

/// Constructs in memory that is there already; a tag of our own, because <new> belongs to a library.
inline void* operator new(size_t, void* at, stage2::InPlace) noexcept { return at; }
inline void operator delete(void*, void*, stage2::InPlace) noexcept {}

namespace stage2 {

template <class T>
class Vector {
 public:
  constexpr Vector() = default;
  [[gnu::noinline]] Vector(const Vector& other) {
    for (const T& item : other) push_back(item);
  }
  [[gnu::noinline]] Vector(Vector&& other) noexcept
      : data_(other.data_), size_(other.size_), capacity_(other.capacity_) {
    other.data_ = nullptr;
    other.size_ = other.capacity_ = 0;
  }
  [[gnu::noinline]] Vector& operator=(const Vector& other) {
    if (this != &other) {
      clear();
      for (const T& item : other) push_back(item);
    }
    return *this;
  }
  [[gnu::noinline]] Vector& operator=(Vector&& other) noexcept {
    swap_data(data_, other.data_);
    swap_data(size_, other.size_);
    swap_data(capacity_, other.capacity_);
    return *this;
  }
  [[gnu::noinline]] ~Vector() {
    clear();
    ::operator delete(data_);
  }

  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// `value` may be an element of this very vector.
  [[gnu::noinline]] void push_back(T value) {
    if (size_ == capacity_) grow();
    ::new (static_cast<void*>(data_ + size_), InPlace{}) T(move(value));
    ++size_;
  }
  [[gnu::noinline]] void insert(size_t at, T value) {
    push_back(move(value));
    for (size_t i = size_ - 1; i > at; --i) swap(data_[i], data_[i - 1]);
  }
  [[gnu::noinline]] void erase(size_t at) {
    for (size_t i = at + 1; i < size_; ++i) data_[i - 1] = move(data_[i]);
    pop_back();
  }
  void pop_back() { data_[--size_].~T(); }
  void clear() {
    while (size_ != 0) pop_back();
  }

 private:
  template <class V>
  static void swap_data(V& a, V& b) {
    V kept = a;
    a = b;
    b = kept;
  }
  [[gnu::noinline]] void grow() {
    const size_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    T* data = static_cast<T*>(::operator new(capacity * sizeof(T)));
    for (size_t i = 0; i < size_; ++i) {
      ::new (static_cast<void*>(data + i), InPlace{}) T(move(data_[i]));
      data_[i].~T();
    }
    ::operator delete(data_);
    data_ = data;
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace stage2
