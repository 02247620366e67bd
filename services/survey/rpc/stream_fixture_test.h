// What tests of streams of responses share: a client's end, and an open wave.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/crc32.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {

using Verdicts = std::vector<v1::RowVerdict>;

inline constexpr v1::RowVerdict kStored = v1::ROW_VERDICT_STORED;
inline constexpr v1::RowVerdict kSuperseded = v1::ROW_VERDICT_SUPERSEDED;

inline std::string UploadName(const std::string& id) {
  return absl::StrCat(kWaveName, "/uploads/", id);
}

// A stream as a client holds it.
class ClientStream {
 public:
  explicit ClientStream(Stub& stub) {
    context_.set_deadline(std::chrono::system_clock::now() +
                          std::chrono::seconds(60));
    stream_ = stub.StreamResponses(&context_);
  }

  bool Send(const v1::StreamResponsesRequest& frame) {
    return stream_->Write(frame);
  }

  // The next acknowledgement, if one comes.
  std::optional<v1::StreamResponsesResponse> Read() {
    v1::StreamResponsesResponse response;
    if (!stream_->Read(&response)) return std::nullopt;
    return response;
  }

  // Reads until everything below `offset` is acknowledged. The verdicts that
  // came, or what came until the stream ended.
  Verdicts ReadTo(std::int64_t offset) {
    Verdicts verdicts;
    for (std::int64_t committed = -1; committed < offset;) {
      const auto response = Read();
      if (!response.has_value()) break;
      committed = response->committed_offset();
      EXPECT_EQ(response->first_offset() + response->verdicts_size(),
                committed);
      for (const int verdict : response->verdicts()) {
        verdicts.push_back(static_cast<v1::RowVerdict>(verdict));
      }
    }
    return verdicts;
  }

  void HalfClose() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }

  absl::Status Finish() {
    while (Read().has_value()) {
    }
    return rpc::FromGrpcStatus(stream_->Finish());
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::StreamResponsesRequest,
                                           v1::StreamResponsesResponse>>
      stream_;
};

class ResponseStreamTest : public ServiceFixture {
 protected:
  ResponseStreamTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
  }

  static v1::UploadRow Row(const std::string& person,
                           const std::vector<std::string>& named) {
    v1::UploadRow row;
    row.set_person(person);
    row.set_response(ResponseOf(person, named).SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    return row;
  }

  static v1::StreamResponsesRequest Frame(
      const std::string& upload, std::int64_t offset,
      const std::vector<v1::UploadRow>& rows) {
    v1::StreamResponsesRequest frame;
    if (!upload.empty()) frame.set_upload(UploadName(upload));
    frame.set_offset(offset);
    for (const v1::UploadRow& row : rows) *frame.add_rows() = row;
    return frame;
  }

  absl::StatusOr<v1::Upload> GetUpload(const std::string& id) {
    v1::GetUploadRequest request;
    request.set_name(UploadName(id));
    return Call(&Stub::GetUpload, request);
  }

  // Sends the frames and half-closes; the status that the stream ends with.
  absl::Status SendAll(const std::vector<v1::StreamResponsesRequest>& frames) {
    ClientStream stream(*stub_);
    for (const auto& frame : frames) stream.Send(frame);
    stream.HalfClose();
    return stream.Finish();
  }
};

}  // namespace pulsetaker::survey
