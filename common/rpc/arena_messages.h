// Request and response of a unary call on an arena of their own: messages of
// many parts are made and freed at once rather than part by part.

#pragma once

#include <cstddef>

#include "google/protobuf/arena.h"
#include "grpcpp/support/message_allocator.h"

namespace pulsetaker::rpc {

// For SetMessageAllocatorFor_<Method> of a service, which it must outlive.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override {
    return new Held;
  }

 private:
  class Held final : public grpc::MessageHolder<Request, Response> {
   public:
    Held() {
      using google::protobuf::Arena;
      this->set_request(Arena::CreateMessage<Request>(&arena_));
      this->set_response(Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    static google::protobuf::ArenaOptions Options() {
      // Most calls need no second block.
      constexpr std::size_t kFirstBlockBytes = 4096;
      google::protobuf::ArenaOptions options;
      options.start_block_size = kFirstBlockBytes;
      return options;
    }

    google::protobuf::Arena arena_{Options()};
  };
};

}  // namespace pulsetaker::rpc
